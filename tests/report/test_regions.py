"""Every region has a colour, and the pages have the same ones."""

from prism.report.regions import COLOURS, REGION_STYLE, colour


def test_every_region_has_a_class_of_the_style_sheet() -> None:
    names = {colour(region) for region in range(100)}
    assert names == {line.partition(" ")[0].removeprefix(".") for line in REGION_STYLE.splitlines()}
    assert len(names) == COLOURS

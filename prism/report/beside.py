"""Two sources side by side, their like regions in one colour, each leading to its counterpart; no script is needed."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from prism.corpus import SharedLines
from prism.report.escape import shorten
from prism.report.markup import Markup, element, joined
from prism.report.regions import colour
from prism.report.source import code, lines_of

MOST_REGIONS: Final = 300
TEXT: Final = 2_000

Side = tuple[str, Mapping[str, bytes]]
"""What one side is called, and its files."""
Mark = tuple[int, tuple[int, int]]
"""The number of a region, and its first and last line."""


def beside(ours: Side, theirs: Side, found: Sequence[SharedLines], *, place: int | str) -> Markup:
    """Both sides of one likeness; ``place`` tells its anchors from those of others on the page."""
    regions = found[:MOST_REGIONS]
    here = _marks((each.path, each.lines) for each in regions)
    there = _marks((each.other_path, each.other_lines) for each in regions)
    ways = (f"h{place}-", f"t{place}-")
    left = _side(*ours, here, ways)
    right = _side(*theirs, there, ways[::-1])
    links = [_way(number, each, ways[0]) for number, each in enumerate(regions)]
    return joined([element("p", *links, class_="row"), element("div", left, right, class_="sides")])


def _way(number: int, region: SharedLines, way: str) -> Markup:
    text = f"{region.path}:{region.lines[0]}-{region.lines[1]} = {region.other_lines[0]}-{region.other_lines[1]}"
    return element("a", shorten(text, TEXT), href=f"#{way}{number}", class_=colour(number))


def _marks(places: "Iterator[tuple[str, tuple[int, int]]]") -> dict[str, list[Mark]]:
    found: dict[str, list[Mark]] = {}
    for number, (path, lines) in enumerate(places):
        found.setdefault(path, []).append((number, lines))
    return found


def _side(
    title: str, contents: Mapping[str, bytes], marks: Mapping[str, Sequence[Mark]], ways: tuple[str, str]
) -> Markup:
    files = [
        joined([element("h3", shorten(path, TEXT)), _lines(lines_of(contents.get(path, b"")), marks[path], ways)])
        for path in sorted(marks)
    ]
    return element("div", element("h3", title), *files, tabindex="0")


def _lines(lines: Sequence[str], marks: Sequence[Mark], ways: tuple[str, str]) -> Markup:
    """Every line; of each region the first is where links lead to, and its number leads to the counterpart."""
    region_of: dict[int, int] = {}
    for number, (first, last) in sorted(marks, key=lambda mark: mark[1][0] - mark[1][1]):
        region_of.update(dict.fromkeys(range(first, min(last, len(lines)) + 1), number))
    first_of: dict[int, list[int]] = {}
    for number, (first, _) in marks:
        first_of.setdefault(first, []).append(number)
    rows = [_row(at, line, region_of.get(at), first_of.get(at, ()), ways) for at, line in enumerate(lines, start=1)]
    return element("table", element("tbody", *rows), class_="code")


def _row(at: int, line: str, region: int | None, begun: Sequence[int], ways: tuple[str, str]) -> Markup:
    """One line; those regions begin here."""
    targets = [element("span", id=f"{ways[0]}{number}") for number in begun]
    named = element("a", at, href=f"#{ways[1]}{begun[0]}", title="Its counterpart") if begun else at
    return element(
        "tr",
        element("td", *targets, named, class_="number"),
        element("td", element("code", code(line))),
        class_=None if region is None else colour(region),
    )

"""Entry points are those that the standard library finds, and each distribution counts once."""

import sys
import zipfile
from importlib import metadata
from pathlib import Path

import pytest

from prism.entry_points import EntryPoint, entry_points


def install(folder: Path, stem: str, points: str, *, suffix: str = ".dist-info", header: str = "") -> None:
    described = folder / f"{stem}{suffix}"
    described.mkdir(parents=True)
    (described / "entry_points.txt").write_text(points, encoding="utf-8")
    name = "METADATA" if suffix == ".dist-info" else "PKG-INFO"
    default = "Metadata-Version: 2.1\nName: some-House\nVersion: 1.2.0\n\nVersion: not this one\n"
    (described / name).write_text(header or default, encoding="utf-8")


def asked(group: str) -> set[tuple[str, str, str, str]]:
    """What the standard library says."""
    found = metadata.entry_points(group=group)
    return {(each.name, each.value, each.dist.name, each.dist.version) for each in found if each.dist}


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """Two folders at the beginning of the import path."""
    first, second = tmp_path / "first", tmp_path / "second"
    monkeypatch.setattr(sys, "path", [str(first), str(second), *sys.path])
    return first, second


def test_every_group_of_this_environment_is_read_as_the_standard_library_reads_it() -> None:
    groups = metadata.entry_points().groups
    assert {"prism", "console_scripts", "pytest11"} <= groups
    for group in groups:
        assert set(entry_points(group)) == asked(group), group


@pytest.mark.parametrize("suffix", [".dist-info", ".egg-info"])
def test_sections_comments_and_blanks_are_read(places: tuple[Path, Path], suffix: str) -> None:
    points = (
        "[other]\nx = y\n\n[house.rules]\n# prism = no\n strict=house.strict : Rules\nplain =  house\n[last]\nz = z\n"
    )
    install(places[0], "some_house-1.2.0", points, suffix=suffix)
    assert set(entry_points("house.rules")) == {
        EntryPoint("strict", "house.strict : Rules", "some-House", "1.2.0"),
        EntryPoint("plain", "house", "some-House", "1.2.0"),
    }
    assert set(entry_points("house.rules")) == asked("house.rules")


def test_the_first_on_the_path_hides_another_of_its_name(places: tuple[Path, Path]) -> None:
    install(places[0], "some_house-1.2.0", "[house]\na = first\n")
    install(places[1], "Some.House-1.3.0", "[house]\na = second\n")
    install(places[1], "another-1.0", "[house]\na = another\n", header="Name: another\nVersion: 1.0\n")
    assert [point.value for point in entry_points("house")] == ["first", "another"]


def test_distributions_in_archives_are_asked_for(places: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    archive = places[0].with_suffix(".whl")
    with zipfile.ZipFile(archive, "w") as writer:
        writer.writestr("packed-2.0.dist-info/entry_points.txt", "[house]\npacked = packed:Plugin\n")
        writer.writestr("packed-2.0.dist-info/METADATA", "Name: packed\nVersion: 2.0\n")
    monkeypatch.syspath_prepend(str(archive))
    assert entry_points("house") == (EntryPoint("packed", "packed:Plugin", "packed", "2.0"),)


def test_an_entry_point_is_a_module_or_an_object_in_one() -> None:
    assert EntryPoint("a", "os.path", "", "").load() is sys.modules["os.path"]
    assert EntryPoint("a", "pathlib:Path.home", "", "").load() == Path.home
    assert EntryPoint("a", "pathlib : Path [extra]", "", "").load() is Path

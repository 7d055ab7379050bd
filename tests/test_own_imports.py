from importlib.machinery import FileFinder, SourceFileLoader
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prism.guard.boundary import guarded_here
from prism.own_imports import Resolution, ancestors, is_importable
from prism.project import Project
from prism.snapshot import Snapshot

PATHS = (
    "model.py",
    "blocks.py",
    "net/__init__.py",
    "net/a.py",
    "net/deep/b.py",
    "free/c.py",
    "free/types.py",
)


def links(path: str, text: str) -> list[tuple[str, str, str | None]]:
    """Module, resolution and target of each own import in a file of the project above."""
    project = Project(Snapshot.of({**dict.fromkeys(PATHS, b""), path: text.encode()}))
    with guarded_here():
        found = project.imports(project.sources[path])
    return [(link.module, link.resolution.value, link.target.path if link.target else None) for link in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import torch, os.path", []),
        ("from torch import blocks", []),
        ("import blocks", [("blocks", "file", "blocks.py")]),
        ("import blocks as b, net.a", [("blocks", "file", "blocks.py"), ("net.a", "file", "net/a.py")]),
        ("from blocks import anything", [("blocks", "file", "blocks.py")]),
        ("from net import a, Name", [("net", "file", "net/__init__.py"), ("net.a", "file", "net/a.py")]),
        ("from net import *", [("net", "file", "net/__init__.py")]),
        ("from net.deep import b", [("net.deep.b", "file", "net/deep/b.py")]),
        ("from net.deep import b, z", [("net.deep.b", "file", "net/deep/b.py"), ("net.deep.z", "missing", None)]),
        ("import net.deep", [("net.deep", "folder", None)]),
        ("from free import *", [("free", "folder", None)]),
        ("import net.x", [("net.x", "missing", None)]),
        ("from blocks.x import y", [("blocks.x", "missing", None)]),
        ("from . import blocks", [("blocks", "file", "blocks.py")]),
        ("from .net.a import x", [("net.a", "file", "net/a.py")]),
        ("from .nowhere import x", [("nowhere", "missing", None)]),
        ("from .. import x", [("", "outside", None)]),
        ("from ...net import a", [("net", "outside", None)]),
        ("def f():\n    if x:\n        import blocks", [("blocks", "file", "blocks.py")]),
        ("import \uff42locks", [("blocks", "file", "blocks.py")]),
    ],
)
def test_imports_of_a_file_at_the_root(text: str, expected: list[tuple[str, str, str | None]]) -> None:
    assert links("model.py", text) == expected


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("net/a.py", "from . import deep", [("net", "file", "net/__init__.py"), ("net.deep", "folder", None)]),
        ("net/a.py", "from .. import blocks", [("blocks", "file", "blocks.py")]),
        ("net/a.py", "from ... import blocks", [("", "outside", None)]),
        ("net/a.py", "import deep.b", [("deep.b", "beside", None)]),
        ("net/__init__.py", "from .a import x", [("net.a", "file", "net/a.py")]),
        ("net/__init__.py", "from ..blocks import x", [("blocks", "file", "blocks.py")]),
        ("net/deep/b.py", "from ...blocks import x", [("blocks", "file", "blocks.py")]),
        ("net/deep/b.py", "from ....blocks import x", [("blocks", "outside", None)]),
        ("free/c.py", "import types", [("types", "beside", None)]),
    ],
)
def test_imports_of_a_file_in_a_folder(path: str, text: str, expected: list[tuple[str, str, str | None]]) -> None:
    assert links(path, text) == expected


def test_a_link_knows_its_place_and_spelling() -> None:
    project = Project(Snapshot.of({"net/a.py": b"x = 1\nfrom ..b import c\n"}))
    with guarded_here():
        (link,) = project.imports(project.sources["net/a.py"])
    assert (link.importer.path, link.span.line, link.level, link.spelled) == ("net/a.py", 2, 2, "..b")
    assert link.resolution is Resolution.MISSING


def test_names_that_an_import_statement_can_spell() -> None:
    assert is_importable("net.größe")
    assert not any(map(is_importable, ["a-b", "2a", "class", "a..b", "", "a.\uff42"]))
    assert list(ancestors("a.b.c")) == ["a.b", "a"]


_PATHS = st.sampled_from(
    [
        f"{folder}{name}"
        for folder in ("", "a/", "b/", "a/b/", "a-c/")
        for name in ("a.py", "b.py", "__init__.py", "a.b.py")
    ]
)


def found_by_python(name: str, root: Path) -> str | None:
    """The file that Python's own finder gives for a dotted name; nothing is executed."""
    place, origin = str(root), None
    for part in name.split("."):
        if not place:
            return None
        spec = FileFinder(place, (SourceFileLoader, [".py"])).find_spec(part)
        if spec is None:
            return None
        origin = spec.origin if spec.loader else None
        place = (spec.submodule_search_locations or [""])[0]
    return Path(origin).relative_to(root).as_posix() if origin else None


@settings(max_examples=60, deadline=None)
@given(st.sets(_PATHS, max_size=8))
def test_modules_are_those_that_pythons_finder_finds(paths: set[str]) -> None:
    modules = Project(Snapshot.of(dict.fromkeys(paths, b""))).modules
    with TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        for path in paths:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).touch()
        names = ["a", "b", "a.a", "a.b", "b.a", "b.b", "a.b.a", "a.b.b"]
        expected = {name: found_by_python(name, root) for name in names}
    assert {name: modules[name].path if name in modules else None for name in names} == expected

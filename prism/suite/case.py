"""The cases of a suite: folders with an ``expect.yaml`` and a project, found below one folder."""

import io
import os
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from prism.document import escaped, load_document, shown
from prism.document.reading import text_of
from prism.errors import DocumentError, Problem
from prism.schema_problems import listed
from prism.suite.expectation import FILE, Stated, read_expectation

FILES: Final = "files.yaml"
"""A project as one document: a text by path, for projects whose names or contents do not suit every checkout."""
PROJECT: Final = "project"
MAX_CASES: Final = 10_000


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One case that can be tried: what is stated, and of what."""

    name: str
    stated: Stated
    source: bytes | Path
    earlier: tuple[bytes | Path, ...] = ()

    @property
    def file(self) -> str:
        """The file that states it."""
        return self.stated.document.name


class Broken(msgspec.Struct, frozen=True, kw_only=True):
    """A case that cannot be tried, and why."""

    name: str
    file: str
    problems: tuple[Problem, ...]


def cases_in(folder: Path) -> Iterator[Case | Broken]:
    """Every case below a folder, in the order of their names; one inside another case is no case.

    A folder that cannot be looked into is a broken case: what stands in it was not tried.
    """
    found = 0
    for below in _walked(folder):
        if isinstance(below, Broken):
            yield below
            continue
        found += 1
        if found > MAX_CASES:
            what = f"more than {MAX_CASES} cases"
            yield Broken(name="...", file=str(folder), problems=(_problem(folder, what, "split the suite"),))
            return
        yield _case(below, below.relative_to(folder).as_posix())


def _walked(folder: Path) -> Iterator[Path | Broken]:
    refused: list[OSError] = []
    for at, folders, files in os.walk(folder, onerror=refused.append):
        folders.sort()
        if FILE in files and Path(at) != folder:
            folders.clear()  # a project may hold a file of this name, and it says nothing
            yield Path(at)
    for error in refused:
        where = Path(error.filename)
        problem = _problem(where, f"the folder cannot be read: {error.strerror}", "mend its permissions")
        yield Broken(name=where.name, file=str(where), problems=(problem,))


def _case(folder: Path, name: str) -> Case | Broken:
    file = folder / FILE
    try:
        stated = read_expectation(file)
        said = stated.expectation
        source = _source(folder / said.project) if said.project else _only_project(folder)
        earlier = tuple(_source(folder / each) for each in said.earlier)
    except DocumentError as error:
        return Broken(name=name, file=str(file), problems=error.problems)
    return Case(name=name, stated=stated, source=source, earlier=earlier)


def _only_project(folder: Path) -> bytes | Path:
    """The project that stands beside an ``expect.yaml``."""
    candidates = [folder / PROJECT, folder / FILES, *sorted(folder.glob("*.zip"))]
    found = [each for each in candidates if os.path.lexists(each)]
    if not found:
        do = f"add a folder `{PROJECT}`, a ZIP archive or `{FILES}`, or name another place with `project:`"
        raise _refused(folder, "there is no project beside the expectation", do)
    if len(found) > 1:
        do = "keep one, or name the one that is meant with `project:`"
        raise _refused(folder, f"there is more than one project: {listed([each.name for each in found])}", do)
    return _source(found[0])


def _source(place: Path) -> bytes | Path:
    """A project as the gate takes it."""
    if place.name.endswith((".yaml", ".yml")):
        return _archive(place)
    if not os.path.exists(place):  # noqa: PTH110 - a name that is too long is not there either
        raise _refused(place, f"there is no project {shown(str(place), 200)}", "mend the name, or add the project")
    return place


def _archive(file: Path) -> bytes:
    """An archive of the texts in a ``files.yaml``: whatever the names are, as they stand there."""
    document = load_document(text_of(file, asked_by=str(file)), name=str(file))
    data = document.data
    if not isinstance(data, dict) or not all(isinstance(text, str) for text in data.values()):
        problem = document.problem((), "expected an object of texts by path", "write `path: |` and the text below it")
        raise DocumentError(problem.what, where=problem.where, do=problem.do, problems=(problem,))
    stream = io.BytesIO()
    try:
        with zipfile.ZipFile(stream, "w") as archive:
            for path, text in data.items():
                archive.writestr(zipfile.ZipInfo(path), str(text).encode())
    except (ValueError, struct.error) as error:  # a name that no archive can hold
        raise _refused(file, f"no archive can be made of it: {error}", "mend the paths") from error
    return stream.getvalue()


def _problem(place: Path, what: str, do: str) -> Problem:
    where = escaped(str(place), limit=200)
    return Problem(where=where, what=what, do=do, file=where)


def _refused(place: Path, what: str, do: str) -> DocumentError:
    problem = _problem(place, what, do)
    return DocumentError(what, where=problem.where, do=do, problems=(problem,))

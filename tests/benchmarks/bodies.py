"""The bodies of Python that the safety rules are measured over, and the one project for cold starts."""

import sysconfig
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from prism_safety.plugin import SafetyPlugin

from prism.project import Project
from prism.snapshot import Snapshot
from tests.safety.real_code import chosen, installed, packages

WHOLE_PACKAGE = "vit_pytorch"
LARGEST = 60_000
"""Bytes; one larger file would outweigh all others."""


class Body(NamedTuple):
    """Python files of one kind."""

    label: str
    paths: tuple[Path, ...]
    files: tuple[dict[str, bytes], ...]
    """The files of each project."""

    @property
    def size(self) -> int:
        """Bytes of Python."""
        return sum(len(data) for files in self.files for data in files.values())

    def part(self, first: int, step: int) -> "Body":
        """One share of it: every so many of its projects."""
        return Body(self.label, self.paths[first::step], self.files[first::step])

    def projects(self) -> Iterator[Project]:
        """Each project, made when it is asked for."""
        return (Project(Snapshot.of(files)) for files in self.files)


def bodies(every: int) -> tuple[Body, ...]:
    """All bodies, with one of so many files of each that has files of its own."""
    folder = installed()
    allowed = frozenset(SafetyPlugin({}).settings.allowed_imports)
    library = sorted(Path(sysconfig.get_path("stdlib")).glob("*.py"))
    models = [folder / path for files in packages(folder) for path in chosen(files, allowed)]
    whole = sorted((folder / WHOLE_PACKAGE).rglob("*.py"))
    return (
        _alone("standard library, each file a project", library[::every]),
        _alone("published model files, each a project", models[::every]),
        Body(f"{WHOLE_PACKAGE}, one project", tuple(whole), (_named(folder, whole),)),
    )


def _alone(label: str, paths: Sequence[Path]) -> Body:
    small = [path for path in paths if path.stat().st_size <= LARGEST]
    return Body(label, tuple(small), tuple({path.name: path.read_bytes()} for path in small))


def _named(folder: Path, paths: Sequence[Path]) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}

"""What a reviewer is shown of a likeness between two projects: the lines that resemble each other, from both sides."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Final

import msgspec

from prism.corpus import Resemblance, SharedLines
from prism.notebook import Notebook
from prism.project import Project, SourceFile
from prism_llm.tokens import tokens_in
from prism_llm.views import LINE_MARK_TOKENS, ShownLine, printable

FRAME: Final = 100
"""Tokens of what stands around the two sides of a region."""


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """The lines of a region on one side."""

    path: str
    sha256: str
    """Of the whole file."""
    lines: tuple[ShownLine, ...]


class Region(msgspec.Struct, frozen=True, kw_only=True):
    """Lines here and the earlier ones that they resemble."""

    number: int
    here: Side
    earlier: Side

    @property
    def size(self) -> int:
        """Tokens that it takes in a question."""
        lines = (*self.here.lines, *self.earlier.lines)
        return FRAME + sum(tokens_in(line.text) + LINE_MARK_TOKENS for line in lines)


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A likeness to be judged: with one earlier submission, as far as there is room for it in a question."""

    submission: str
    report: str
    regions: tuple[Region, ...]
    left_out: int
    """Regions for which there is no room, or of which a side cannot be read."""

    @property
    def files(self) -> frozenset[str]:
        """Digests of all files that an answer may quote."""
        return frozenset(side.sha256 for region in self.regions for side in (region.here, region.earlier))


class _File(msgspec.Struct, frozen=True):
    """A file that can be shown, read once for all regions in it."""

    path: str
    sha256: str
    lines: tuple[str, ...]


_Files = Callable[[str], _File | None]


def case_of(resemblance: Resemblance, project: Project, notebook: Notebook, room: int) -> Case:
    """What there is to be judged of a likeness, in at most ``room`` tokens; what comes first weighs most.

    Raises:
        StoreError: the earlier submission cannot be read.
    """
    here = cache(lambda path: _file(project.sources.get(path)))
    earlier = cache(lambda path: _file(_earlier(notebook, resemblance.submission, path)))
    kept = tuple(_kept(resemblance.regions, here, earlier, room))
    return Case(
        submission=resemblance.submission,
        report=printable(resemblance.report),
        regions=kept,
        left_out=len(resemblance.regions) - len(kept),
    )


def _kept(regions: Iterable[SharedLines], here: _Files, earlier: _Files, room: int) -> Iterator[Region]:
    number = 1
    for shared in regions:
        count = sum(last - first + 1 for first, last in (shared.lines, shared.other_lines))
        if FRAME + count * LINE_MARK_TOKENS > room:
            continue  # not even its numbers would fit
        ours, theirs = _side(here(shared.path), shared.lines), _side(earlier(shared.other_path), shared.other_lines)
        if ours is None or theirs is None:
            continue
        region = Region(number=number, here=ours, earlier=theirs)
        if region.size <= room:
            number += 1
            room -= region.size
            yield region


def _earlier(notebook: Notebook, submission: str, path: str) -> SourceFile | None:
    data = notebook.earlier_file(submission, path)
    return None if data is None else SourceFile(path, data)


def _file(file: SourceFile | None) -> _File | None:
    """A file as text; ``None`` when there is none, or it is no text."""
    try:
        return None if file is None else _File(file.path, hashlib.sha256(file.data).hexdigest(), file.lines)
    except UnicodeDecodeError:
        return None


def _side(file: _File | None, lines: tuple[int, int]) -> Side | None:
    """The lines of one side; ``None`` when there are none."""
    if file is None:
        return None
    text = file.lines[lines[0] - 1 : lines[1]]
    shown = tuple(ShownLine(lines[0] + index, printable(line)) for index, line in enumerate(text))
    return Side(path=file.path, sha256=file.sha256, lines=shown) if any(line.text.strip() for line in shown) else None

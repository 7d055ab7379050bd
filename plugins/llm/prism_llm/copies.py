"""What a reviewer is shown of a likeness between two projects: the lines that resemble each other, from both sides."""

import hashlib
from collections.abc import Callable, Iterator
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


def case_of(resemblance: Resemblance, project: Project, notebook: Notebook, room: int) -> Case:
    """What there is to be judged of a likeness, in at most ``room`` tokens; what comes first weighs most.

    Raises:
        StoreError: the earlier submission cannot be read.
    """
    earlier: dict[str, SourceFile | None] = {}
    for shared in resemblance.regions:
        if shared.other_path not in earlier:
            data = notebook.earlier_file(resemblance.submission, shared.other_path)
            earlier[shared.other_path] = None if data is None else SourceFile(shared.other_path, data)
    kept = list(_kept(resemblance.regions, project, earlier.get, room))
    left_out = len(resemblance.regions) - len(kept)
    report = printable(resemblance.report)
    return Case(submission=resemblance.submission, report=report, regions=tuple(kept), left_out=left_out)


def _kept(
    regions: tuple[SharedLines, ...],
    project: Project,
    earlier: Callable[[str], SourceFile | None],
    room: int,
) -> Iterator[Region]:
    number = 0
    for shared in regions:
        here = _side(project.sources.get(shared.path), shared.lines)
        there = _side(earlier(shared.other_path), shared.other_lines)
        if here is None or there is None:
            continue
        region = Region(number=number + 1, here=here, earlier=there)
        if region.size <= room:
            number += 1
            room -= region.size
            yield region


def _side(file: SourceFile | None, lines: tuple[int, int]) -> Side | None:
    """The lines of one side; ``None`` when there are none."""
    if file is None:
        return None
    try:
        text = file.lines[lines[0] - 1 : lines[1]]
    except UnicodeDecodeError:
        return None
    shown = tuple(ShownLine(lines[0] + index, printable(line)) for index, line in enumerate(text))
    digest = hashlib.sha256(file.data).hexdigest()
    return Side(path=file.path, sha256=digest, lines=shown) if any(line.text.strip() for line in shown) else None

"""A project cut into parts that can be asked about: on the borders of files and definitions, and nothing is lost.

How a file is cut depends on that file alone, so that an answer about a part can be found again.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

import msgspec

from prism.project import Project
from prism_llm.material import FileMaterial, Material, Piece

MAX_PARTS: Final = 8
"""Parts in one question: an answer has to say something about each of them."""


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """Successive pieces of one file."""

    path: str
    sha256: str
    pieces: tuple[Piece, ...]
    text: tuple[str, ...]
    """The lines as the file has them."""

    @property
    def first(self) -> int:
        """Its first line in the file."""
        return self.pieces[0].first

    @property
    def last(self) -> int:
        """Its last line in the file."""
        return self.pieces[-1].last


class LeftOut(msgspec.Struct, frozen=True, kw_only=True):
    """Lines that nobody is asked about, and why."""

    path: str
    first: int | None = None
    last: int | None = None
    why: str


Size = Callable[[Part], int]
"""How many tokens the lines of a part take in a question, whichever way it is shown."""
FRAME: Final = 100
"""Tokens of what stands around a part in a question, its path apart."""


def cut(project: Project, material: Material, size: Size, room: int) -> tuple[tuple[Part, ...], tuple[LeftOut, ...]]:
    """All Python code of a project as parts of at most ``room`` tokens, and what does not fit into any."""
    files = {file.path: file for file in material.files}
    digests = {entry.path: entry.sha256 for entry in project.files}
    parts: list[Part] = []
    left: list[LeftOut] = []
    for path, source in project.sources.items():
        file = files.get(path)
        if file is None or file.sha256 != digests[path] or not _is_whole(file, source.lines):
            left.append(LeftOut(path=path, why="it could not be taken apart, or the project has more code than is"))
            continue
        for part in _parts_of(file, source.lines, size, room - FRAME):
            if size(part) > room - FRAME:
                left.append(LeftOut(path=path, first=part.first, last=part.last, why="too large for one question"))
            elif any(line.strip() for line in part.text):
                parts.append(part)
    return tuple(parts), tuple(left)


def _is_whole(file: FileMaterial, lines: Sequence[str]) -> bool:
    """Whether pieces cover all lines, in order and without a gap."""
    ahead, total = 1, len(lines) if lines[-1] else max(1, len(lines) - 1)  # nothing stands behind the last line's end
    for piece in file.pieces:
        if piece.first != ahead or piece.last < piece.first or not _is_mapped(piece):
            return False
        ahead = piece.last + 1
    return ahead > total


def _is_mapped(piece: Piece) -> bool:
    is_inside = all(piece.first <= line <= piece.last for line in piece.lines)
    return is_inside and len(piece.lines) == len(piece.neutral.split("\n") if piece.neutral else ())


def _parts_of(file: FileMaterial, lines: tuple[str, ...], size: Size, room: int) -> Iterator[Part]:
    """The file as one part, or as few as there is room for; a piece that is too large by itself is one of its own."""
    waiting: list[Piece] = []
    used = 0
    for piece in file.pieces:
        more = size(_part(file, [piece], lines))
        if waiting and used + more > room:
            yield _part(file, waiting, lines)
            waiting, used = [], 0
        waiting.append(piece)
        used += more
    if waiting:
        yield _part(file, waiting, lines)


def _part(file: FileMaterial, pieces: list[Piece], lines: tuple[str, ...]) -> Part:
    text = lines[pieces[0].first - 1 : pieces[-1].last]
    return Part(path=file.path, sha256=file.sha256, pieces=tuple(pieces), text=text)


def bundled(parts: Iterable[Part], size: Size, room: int) -> Iterator[tuple[Part, ...]]:
    """Parts put together into questions, in their order; never two of one file."""
    waiting: list[Part] = []
    used = 0
    for part in parts:
        more = size(part) + FRAME
        is_full = used + more > room or len(waiting) == MAX_PARTS or any(part.path == other.path for other in waiting)
        if waiting and is_full:
            yield tuple(waiting)
            waiting, used = [], 0
        waiting.append(part)
        used += more
    if waiting:
        yield tuple(waiting)

"""The two ways in which a part is shown: as it is written, and as bare code without prose and names."""

import enum
from typing import Final

import msgspec

from prism_llm.material import FileMaterial
from prism_llm.parts import Part
from prism_llm.tokens import tokens_in

LINE_MARK_TOKENS: Final = 10
"""What the mark and number in front of a line take at most."""


class View(enum.StrEnum):
    """How code is shown."""

    WRITTEN = "written"
    NEUTRAL = "neutral"


class ShownLine(msgspec.Struct, frozen=True):
    """One line as the model sees it."""

    number: int
    """The line of the file that it is, or was made of."""
    text: str


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A part in one view."""

    part: Part
    path: str
    """What the file is called in this view."""
    lines: tuple[ShownLine, ...]


def shown(part: Part, file: FileMaterial, view: View) -> Shown:
    """The part in one view. Characters that do not print are escapes: nobody can draw a line of his own with them."""
    if view is View.WRITTEN:
        lines = tuple(ShownLine(part.first + index, printable(text)) for index, text in enumerate(part.text))
        return Shown(part=part, path=printable(part.path), lines=lines)
    bare = tuple(
        ShownLine(number, printable(text))
        for piece in part.pieces
        for number, text in zip(piece.lines, piece.neutral.split("\n"), strict=False)
    )
    return Shown(part=part, path=file.neutral_path, lines=bare)


def size_of(part: Part, file: FileMaterial) -> int:
    """Tokens that the lines of a part take in the view in which they take more."""
    return max(_size(shown(part, file, view)) for view in View)


def printable(text: str) -> str:
    """The text on one line, with an escape for each character that does not print; tabs stay."""
    if text.isprintable():
        return text
    return "".join(mark if mark.isprintable() or mark == "\t" else ascii(mark)[1:-1] for mark in text)


def _size(of: Shown) -> int:
    return tokens_in(of.path) + sum(tokens_in(line.text) + LINE_MARK_TOKENS for line in of.lines)

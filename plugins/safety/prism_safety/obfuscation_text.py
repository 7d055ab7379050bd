"""Where comments and strings stand in the text of a file: the ground that the rules about text work on.

One regular expression does it, at the speed of the regular-expression engine: Python's own ``tokenize`` takes longer
than the parser. The text has been parsed before, so that every string in it ends.
"""

import re
import unicodedata
from bisect import bisect_right
from functools import cached_property
from itertools import accumulate

import msgspec

from prism.finding import Span
from prism.project import SourceFile
from prism.rule import Rule

_TOKEN = re.compile(
    r"""(?P<comment>\#[^\n]*)
    |(?P<prefix>(?<!\w)(?:[rR][bBfF]?|[bBfF][rR]?|[uU]))?
     (?:\"\"\"(?:[^"\\]|\\.|"(?!""))*+(?:\"\"\"|$)
       |'''(?:[^'\\]|\\.|'(?!''))*+(?:'''|$)
       |"(?:[^"\\\n]|\\.)*+(?:"|$)
       |'(?:[^'\\\n]|\\.)*+(?:'|$))""",
    re.VERBOSE | re.DOTALL,
)


class Piece:
    """A comment or a string token: where it stands, and of a string its prefix in lower case."""

    __slots__ = ("end", "is_comment", "prefix", "start")

    def __init__(self, match: re.Match[str]) -> None:
        self.start, self.end = match.span()
        self.is_comment = match["comment"] is not None
        self.prefix = (match["prefix"] or "").lower()


class SourceText:
    """A file's text with its comments, strings and lines."""

    def __init__(self, file: SourceFile) -> None:
        self.file = file
        self.text = file.text

    @cached_property
    def characters(self) -> frozenset[str]:
        """Every character that occurs."""
        return frozenset(self.text)

    @cached_property
    def pieces(self) -> tuple[Piece, ...]:
        """Every comment and every string token, in order; what is between them is code."""
        return tuple(Piece(match) for match in _TOKEN.finditer(self.text))

    @cached_property
    def _starts(self) -> list[int]:
        return [piece.start for piece in self.pieces]

    @cached_property
    def _lines(self) -> list[int]:
        *ends, _ = accumulate(map((1).__add__, map(len, self.file.lines)))
        return [0, *ends]

    def piece_at(self, offset: int) -> Piece | None:
        """The comment or string in which a character stands; ``None`` for code."""
        index = bisect_right(self._starts, offset) - 1
        return self.pieces[index] if index >= 0 and offset < self.pieces[index].end else None

    def line_of(self, offset: int) -> int:
        """The number of the line in which a character stands."""
        return bisect_right(self._lines, offset)

    def start_of(self, line: int) -> int:
        """Where a line begins."""
        return self._lines[min(line, len(self._lines)) - 1]

    def span(self, start: int, end: int) -> Span:
        """The place of a stretch of text, of its first line only where it is longer."""
        line = self.line_of(start)
        begin = self._lines[line - 1]
        after = self._lines[line] - 1 if line < len(self._lines) else len(self.text)
        column = start - begin + 1
        return Span(line=line, column=column, end_line=line, end_column=max(column, min(end, after) - begin + 1))


class Suspicion(msgspec.Struct, frozen=True):
    """A place where a rule is broken, and what is wrong there."""

    rule: Rule
    span: Span
    says: str


def code_point(character: str) -> str:
    """A character as a reader can tell it from others: its number and name."""
    return f"U+{ord(character):04X} {unicodedata.name(character, 'without a name')}"

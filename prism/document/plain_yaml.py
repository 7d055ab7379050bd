"""YAML as most policies and manifests are written, read without the YAML library, whose import takes longer.

Plain YAML is printable ASCII: block mappings with bare keys, whose values are bare words, texts in double quotes on one
line, and lists and mappings in brackets, of such values. For all else there is the library; where this module has
events, they are the library's.
"""

import re
from collections.abc import Iterator
from typing import Final

from prism.document.events import Event, Kind
from prism.document.scalars import plain_scalar, string

_TEXT: Final = re.compile(r"[\n -~]*")
_NOTHING: Final = re.compile(r" *(?:#.*)?")
_ENTRY: Final = re.compile(r"( *)([A-Za-z_][A-Za-z0-9_]{0,99}):(?: +(.*))?")
_WORDS: Final = re.compile(
    r"([A-Za-z0-9.](?:(?:[A-Za-z0-9_./+,() -]|:(?=[A-Za-z0-9/]))*[A-Za-z0-9_./+,()-])?) *(?: #.*)?"
)
_QUOTED: Final = re.compile(r'"([^"\\]*)" *(?: #.*)?')
_PIECE: Final = re.compile(
    r"""[ ]*(?:(?P<open>[\[{])|(?P<close>[\]}])|(?P<comma>,)|(?P<key>[A-Za-z_][A-Za-z0-9_]{0,99}):(?=[ ])"""
    r"""|"(?P<quoted>[^"\\]*)"|(?P<word>[A-Za-z0-9_.][A-Za-z0-9_./+-]*)(?=[ ,\]}]|$)|(?P<rest>\#.*|$))"""
)


class _OtherError(Exception):
    """This is not plain YAML."""


def plain_events(text: str) -> list[Event] | None:
    """The events of a text; ``None`` when it is not plain, right or wrong."""
    if not _TEXT.fullmatch(text):
        return None
    try:
        return list(_Reader(text).events())
    except _OtherError:
        return None


class _Reader:
    def __init__(self, text: str) -> None:
        self.lines = text.split("\n")
        self.number = 0
        """Of the line that is being read, from 0."""

    def events(self) -> Iterator[Event]:
        """Yield the events of the block mapping at the left edge."""
        indents: list[int] = []
        wants_block = True
        while self.number < len(self.lines):
            line = self.lines[self.number]
            if not _NOTHING.fullmatch(line):
                entry = _ENTRY.fullmatch(line)
                if entry is None:
                    raise _OtherError
                yield from self._step(indents, len(entry[1]), wants_block=wants_block)
                yield plain_scalar(entry[2], self.number + 1, len(entry[1]) + 1)
                wants_block = not entry[3] or entry[3].startswith("#")
                if not wants_block:
                    yield from self._value(entry[3], entry.start(3))
            self.number += 1
        if wants_block:
            raise _OtherError
        yield from (self._event(Kind.CLOSE, 0) for _ in indents)

    def _step(self, indents: list[int], indent: int, *, wants_block: bool) -> Iterator[Event]:
        """Close and open mappings until one has the indentation of the line."""
        if wants_block:
            if indent <= indents[-1] if indents else indent:
                raise _OtherError
            indents.append(indent)
            yield self._event(Kind.OPEN_MAPPING, indent)
        while indent < indents[-1]:
            indents.pop()
            yield self._event(Kind.CLOSE, indent)
        if indent != indents[-1]:
            raise _OtherError

    def _value(self, rest: str, column: int) -> Iterator[Event]:
        if rest[0] in "[{":
            yield from self._flow(column)
            return
        words, quoted = _WORDS.fullmatch(rest), _QUOTED.fullmatch(rest)
        if words is not None:
            yield plain_scalar(words[1], self.number + 1, column + 1)
        elif quoted is not None:
            yield string(quoted[1], self.number + 1, column + 1)
        else:
            raise _OtherError

    def _flow(self, column: int) -> Iterator[Event]:
        """Yield the events of a list or mapping in brackets, which may go on over lines."""
        closers: list[str] = []
        wants = "value"
        while True:
            piece = _PIECE.match(self.lines[self.number], column)
            if piece is None:
                raise _OtherError
            if piece["rest"] is not None:
                column = self._next_line(piece.start("rest"), is_over=not closers)
                if not closers:
                    return
                continue
            wants, events = self._taken(piece, wants, closers)
            yield from events
            column = piece.end()

    def _next_line(self, column: int, *, is_over: bool) -> int:
        """Go to the next line, or stay on the last one of a value that is complete; returns the column there."""
        line = self.lines[self.number]
        if column and line[column : column + 1] == "#" and line[column - 1] != " ":
            raise _OtherError
        if is_over:
            return column
        self.number += 1
        if self.number >= len(self.lines) or (self.lines[self.number] and self.lines[self.number][0] != " "):
            raise _OtherError
        return 0

    def _taken(self, piece: re.Match[str], wants: str, closers: list[str]) -> tuple[str, list[Event]]:
        """What is wanted after a piece, and its events."""
        kind = piece.lastgroup or ""
        column = piece.start(kind)
        if kind == "open" and wants in {"value", "item"}:
            closers.append("]" if piece[kind] == "[" else "}")
            opened = Kind.OPEN_SEQUENCE if piece[kind] == "[" else Kind.OPEN_MAPPING
            return ("item" if piece[kind] == "[" else "key"), [self._event(opened, column)]
        if kind == "close" and closers and piece[kind] == closers[-1] and wants != "value":
            closers.pop()
            return ("comma" if closers else "end"), [self._event(Kind.CLOSE, column)]
        if kind == "comma" and wants == "comma":
            return ("item" if closers[-1] == "]" else "key"), []
        if kind == "key" and wants == "key":
            return "value", [plain_scalar(piece[kind], self.number + 1, column + 1)]
        if kind == "word" and wants in {"value", "item"}:
            return "comma", [plain_scalar(piece[kind], self.number + 1, column + 1)]
        if kind == "quoted" and wants in {"value", "item"}:
            return "comma", [string(piece[kind], self.number + 1, column)]
        raise _OtherError

    def _event(self, kind: Kind, column: int) -> Event:
        return Event(kind, self.number + 1, column + 1)

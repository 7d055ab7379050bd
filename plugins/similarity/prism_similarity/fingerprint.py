"""The fingerprint of a project: made in the guarded process, stored, and read again by :mod:`prism_similarity.shape`.

It holds operations and line numbers, never the project's own names or text. The form is compact, because it is kept
for every submission: texts once in a vocabulary, the rest as packed integers.
"""

import ast
import base64
import sys
import zlib
from array import array
from typing import Any, Final

import msgspec

from prism.project import Project, SourceFile, UnparsableError
from prism_similarity.extraction import Extract, extract
from prism_similarity.loose import extract_loosely
from prism_similarity.stream import Tokens

FEATURES: Final = "1"
"""Version of what a fingerprint means; change it with every change to tokens, pieces or units."""
MAX_VOCABULARY: Final = 20_000
MAX_TEXT: Final = 80
UNKNOWN: Final = "?"


class FileRow(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """One Python file: its lines, and whether it was read without a syntax tree."""

    path: str
    lines: int
    is_loose: bool


class UnitRow(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """One unit: its file by number, its lines, its pieces as a range."""

    kind: str
    file: int
    first_line: int
    last_line: int
    first_piece: int
    last_piece: int


class Fingerprint(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What ``prism_fingerprint`` returns, as a record."""

    features: str
    files: tuple[FileRow, ...]
    units: tuple[UnitRow, ...]
    vocabulary: tuple[str, ...]
    tokens: str
    """Numbers in the vocabulary, two bytes each."""
    lines: str
    """The line of each token, four bytes each."""
    pieces: str
    """How many tokens each piece has, four bytes each."""
    is_whole: bool
    """Whether all of the project's code is in it."""


def fingerprint_of(project: Project, max_tokens: int) -> dict[str, Any]:
    """The fingerprint of a project, with at most so many tokens.

    Raises:
        GuardError: called outside the guarded process.
    """
    own_modules = frozenset(name.partition(".")[0] for name in project.modules)
    writer = _Writer(max_tokens)
    for file in project:
        writer.add(file, own_modules)
    fingerprint: dict[str, Any] = msgspec.to_builtins(writer.fingerprint())
    return fingerprint


class _Writer:
    def __init__(self, max_tokens: int) -> None:
        self._left = max_tokens
        self._vocabulary: dict[str, int] = {UNKNOWN: 0}
        self._tokens = array("H")
        self._lines = array("I")
        self._pieces = array("I")
        self._files: list[FileRow] = []
        self._units: list[UnitRow] = []
        self._is_whole = True

    def add(self, file: SourceFile, own_modules: frozenset[str]) -> None:
        """Add one file, or leave it out when it no longer fits."""
        found, is_loose = _extract(file, own_modules)
        size = sum(len(piece) for piece in found.pieces)
        if size > self._left:
            self._is_whole = False
            return
        self._left -= size
        first = len(self._pieces)
        self._units += [
            UnitRow(
                kind=unit.kind,
                file=len(self._files),
                first_line=unit.first_line,
                last_line=unit.last_line,
                first_piece=first + unit.first_piece,
                last_piece=first + unit.last_piece,
            )
            for unit in found.units
        ]
        self._files.append(FileRow(path=file.path, lines=max(1, len(file.data.splitlines())), is_loose=is_loose))
        for piece in found.pieces:
            self._add_piece(piece)

    def _add_piece(self, piece: Tokens) -> None:
        self._pieces.append(len(piece))
        self._tokens.extend(self._number(token.text[:MAX_TEXT]) for token in piece)
        self._lines.extend(token.line for token in piece)

    def _number(self, text: str) -> int:
        if len(self._vocabulary) >= MAX_VOCABULARY:
            return self._vocabulary.get(text, 0)
        return self._vocabulary.setdefault(text, len(self._vocabulary))

    def fingerprint(self) -> Fingerprint:
        return Fingerprint(
            features=FEATURES,
            files=tuple(self._files),
            units=tuple(self._units),
            vocabulary=tuple(self._vocabulary),
            tokens=_packed(self._tokens),
            lines=_packed(self._lines),
            pieces=_packed(self._pieces),
            is_whole=self._is_whole,
        )


def _extract(file: SourceFile, own_modules: frozenset[str]) -> tuple[Extract, bool]:
    """What is in a file, and whether it had to be read without its syntax tree."""
    try:
        tree: ast.Module = file.tree
        return extract(tree, own_modules, _last_line(file)), False
    except (UnparsableError, RecursionError):
        return extract_loosely(file, own_modules), True


def _last_line(file: SourceFile) -> int:
    """The number of the last line, which nothing but the end of the line before makes an empty one."""
    return max(1, len(file.lines) - (not file.lines[-1]))


def _packed(numbers: "array[int]") -> str:
    if sys.byteorder == "big":
        numbers.byteswap()
    return base64.b64encode(zlib.compress(numbers.tobytes(), 6)).decode("ascii")

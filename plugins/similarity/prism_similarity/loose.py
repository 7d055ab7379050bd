"""A file that does not parse still takes part: its sound parts as usual, the broken ones word by word."""

import ast
import re
from collections.abc import Iterator
from typing import Final

from prism.project import SourceFile, UnparsableError, parse
from prism_similarity.extraction import Extract, Unit, extract
from prism_similarity.names import Names
from prism_similarity.stream import GRAM, Token, Tokens
from prism_similarity.vocabulary import KEPT, spelling

MAX_PARTS: Final = 2_000
WORD: Final = re.compile(r"[A-Za-z_]\w*|\d[\w.]*|\"[^\"\n]*\"|'[^'\n]*'|#[^\n]*|[^\s\w]")
KEYWORDS: Final = frozenset(
    ["if", "for", "while", "return", "in", "is", "and", "or", "not", "lambda", "yield", "await"]
)


def extract_loosely(file: SourceFile, own_modules: frozenset[str]) -> Extract:
    """The pieces and units of a file that does not parse: each part from one unindented line to the next by itself."""
    result = Extract()
    text = file.data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n").replace("\0", " ")
    lines = text.split("\n")
    imports = "\n".join(line for line in lines if line.startswith(("import ", "from ")) and "(" not in line)
    for first, part in _parts(lines):
        _add_part(result, first, part, imports, own_modules)
    whole = Unit(kind="file", first_line=1, last_line=len(lines), first_piece=0, last_piece=len(result.pieces))
    result.units.append(whole)
    return result


def _parts(lines: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Number of the first line, and the lines, of each top-level part; the last one takes what is left."""
    start, count = 0, 1
    for index, line in enumerate(lines):
        is_new = line[:1] not in {"", " ", "\t", ")", "]", "}", "#"} and not line.startswith(("else", "elif", "except"))
        if is_new and index > start and not lines[index - 1].startswith("@") and count < MAX_PARTS:
            yield start + 1, lines[start:index]
            start, count = index, count + 1
    yield start + 1, lines[start:]


def _add_part(result: Extract, first: int, part: list[str], imports: str, own_modules: frozenset[str]) -> None:
    try:
        tree = parse("\n".join(part))
        ast.increment_lineno(tree, first - 1)
        names = Names(parse(imports), own_modules)
        found = extract(tree, own_modules, first + len(part) - 1, names)
    except (UnparsableError, RecursionError):
        words = _words(first, part)
        if len(words) >= GRAM:
            result.pieces.append(words)
        return
    before = len(result.pieces)
    result.pieces += found.pieces
    result.units += [
        Unit(
            kind=unit.kind,
            first_line=unit.first_line,
            last_line=unit.last_line,
            first_piece=before + unit.first_piece,
            last_piece=before + unit.last_piece,
        )
        for unit in found.units
        if unit.kind != "file"
    ]


def _words(first: int, part: list[str]) -> Tokens:
    return [
        Token(text, number)
        for number, line in enumerate(part, first)
        for word in WORD.findall(line)
        if (text := _text(word))
    ]


def _text(word: str) -> str:
    if word[0] in "\"'":
        return "s"
    if word[0].isdigit():
        return "n"
    if word[0].isalpha() or word[0] == "_":
        return spelling(word) if word in KEPT or word in KEYWORDS else ""
    return "" if word[0] in "#(),.:" else word[0]

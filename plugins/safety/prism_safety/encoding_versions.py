"""Whether the evaluator's Python would read a text as the Python that reads it here does.

What newer versions add is refused for an older evaluator by parsing once more in that version's grammar. The one place
where versions read a text that both accept *differently* is the inside of an f-string's braces: Python 3.12 has another
tokenizer there (a backslash in a format, a quote, a comment).
"""

import ast
import re
import sys
from collections.abc import Iterator

from prism_safety.obfuscation_rules import VERSION_DEPENDENT_SYNTAX
from prism_safety.obfuscation_text import Piece, SourceText, Suspicion

HERE = sys.version_info[:2]
NEW_FSTRINGS = (3, 12)
_GRAMMAR_FEATURE = re.compile(r"^[ \t]*from[ \t]+__future__[ \t]+import\b[^\n;#]*\b(barry_as_FLUFL)\b", re.MULTILINE)
_BRACE = re.compile(r"[{}]")
_QUOTES = ('"""', "'''", '"', "'")


def version_dependent(source: SourceText, python: str) -> Iterator[Suspicion]:
    """Syntax that the evaluator's Python refuses or reads differently; ``python`` is its version, such as ``3.11``."""
    major, minor = (int(part) for part in python.split("."))
    if "barry_as_FLUFL" in source.text:
        for feature in _GRAMMAR_FEATURE.finditer(source.text):
            says = "This future feature changes which operators Python reads."
            yield Suspicion(VERSION_DEPENDENT_SYNTAX, source.span(feature.start(1), feature.end(1)), says)
    if (major, minor) < HERE:
        yield from _too_new(source, (major, minor))
    if ((major, minor) < NEW_FSTRINGS) is not (HERE < NEW_FSTRINGS):
        yield from odd_fstrings(source)


def _too_new(source: SourceText, version: tuple[int, int]) -> Iterator[Suspicion]:
    """Where the grammar of an older version ends to understand the text."""
    try:
        ast.parse(source.text, feature_version=version)
    except SyntaxError as error:
        start = source.start_of(error.lineno or 1)
        says = f"Python {version[0]}.{version[1]} does not read this line: {error.msg}."
        yield Suspicion(VERSION_DEPENDENT_SYNTAX, source.span(start, start + 1), says)


def odd_fstrings(source: SourceText) -> Iterator[Suspicion]:
    """F-strings that Python 3.11 and Python 3.12 may read differently: anything unusual inside the braces."""
    for piece in source.pieces:
        if "f" in piece.prefix and not _is_plain(source.text, piece):
            says = "Python 3.12 reads this f-string differently from Python 3.11, or only one of them reads it."
            yield Suspicion(VERSION_DEPENDENT_SYNTAX, source.span(piece.start, piece.end), says)


def _is_plain(text: str, piece: Piece) -> bool:
    """Whether the braces of an f-string close, with no backslash, comment or lone line break between them."""
    body = text[piece.start + len(piece.prefix) : piece.end]
    quote = next(quote for quote in _QUOTES if body.startswith(quote))
    body = body[len(quote) :].removesuffix(quote)
    fields = _fields("f" + body if "r" in piece.prefix else re.sub(r"\\N\{[^{}]*\}", "", body))
    return fields is not None and not any("\\" in field or "\n" in field.partition("#")[2] for field in fields)


def _fields(body: str) -> list[str] | None:
    """What stands between the outermost braces of an f-string; ``None`` when they do not close."""
    found: list[str] = []
    depth = start = place = 0
    while match := _BRACE.search(body, place):
        place = match.end()
        if depth == 0 and body.startswith(match[0], place):
            place += 1  # a doubled brace is text
            continue
        depth += 1 if match[0] == "{" else -1
        if depth == 1 and match[0] == "{":
            start = place
        elif depth == 0:
            found.append(body[start : match.start()])
        elif depth < 0:
            return None
    return found if depth == 0 else None

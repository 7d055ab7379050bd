"""Names that are not what they look like: compatibility letters, and letters of one alphabet among those of another.

Names in any one script are fine, and so are Greek letters beside Latin words, accents, and Chinese words with a
Latin letter. What counts is that a reader can take the name for another one.
"""

import builtins
import functools
import keyword
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import msgspec

from prism_safety.obfuscation_rules import CONFUSABLE_IDENTIFIER
from prism_safety.obfuscation_text import Piece, SourceText, Suspicion, code_point

# Outside of comments and strings Python takes no other characters than those of names beyond ASCII.
_NAME = r"[0-9A-Za-z_\x80-\U0010ffff]+"
_BRACE_OR_NAME = rf"[{{}}]|{_NAME}"
_PARTS = re.compile(r"[_0-9]+")
_LATIN = re.compile(r"[A-Za-z]")
_KNOWN = frozenset({*dir(builtins), *keyword.kwlist})


@functools.cache
def _look_alikes() -> tuple[dict[int, str], dict[int, str]]:
    """Letters that look like a Latin one, and those with others that are merely similar."""
    data = Path(__file__).with_name("data").joinpath("look_alikes.json").read_bytes()
    tables = {
        kind: {int(code, 16): like for code, like in table.items()}
        for kind, table in msgspec.json.decode(data, type=dict[str, dict[str, str]]).items()
    }
    return tables["same"], tables["same"] | tables["near"]


def confusable_names(source: SourceText) -> Iterator[Suspicion]:
    """Names that Python reads differently from how they are written, or that a reader takes for others."""
    if source.text.isascii() or not any(_is_doubtful(character) for character in source.characters):
        return
    others = _KNOWN | {match[0] for match in _names(source) if match[0].isascii()}
    for match in _names(source):
        name = match[0]
        says = "" if name.isascii() else _problem(name, others)
        if says:
            yield Suspicion(CONFUSABLE_IDENTIFIER, source.span(match.start(), match.end()), says)


def _is_doubtful(character: str) -> bool:
    if character.isascii():
        return False
    return ord(character) in _look_alikes()[1] or _ascii_in(unicodedata.normalize("NFKC", character)) > 0


def _names(source: SourceText) -> Iterator[re.Match[str]]:
    """Every name outside of comments and strings, and every word inside the braces of f-strings."""
    pattern = re.compile(_NAME)  # takes long, and most sources have no use for it
    start = 0
    for piece in source.pieces:
        yield from pattern.finditer(source.text, start, piece.start)
        if "f" in piece.prefix:
            yield from _in_braces(source.text, piece)
        start = piece.end
    yield from pattern.finditer(source.text, start)


def _in_braces(text: str, piece: Piece) -> Iterator[re.Match[str]]:
    depth = 0
    for match in re.compile(_BRACE_OR_NAME).finditer(text, piece.start, piece.end):
        if match[0] in "{}":
            depth += 1 if match[0] == "{" else -1
        elif depth > 0 and not match[0].isascii():
            yield match


def _problem(name: str, others: frozenset[str] | set[str]) -> str:
    plain = unicodedata.normalize("NFKC", name)
    if _ascii_in(plain) > _ascii_in(name):
        return f"Python reads this name as `{plain[:100]}`, which is not how it is written."
    same, alike = _look_alikes()
    mixed = _mixed(plain, same)
    if mixed:
        return f"The name mixes Latin letters with {code_point(mixed)}, which looks like `{same[ord(mixed)]}`."
    for table, is_near in ((same, False), (alike, True)):
        shown = plain.translate(table)
        if shown != plain and shown in others and (not is_near or _mixed(plain, alike)):
            return f"The name looks like `{shown[:100]}`, but is another one."
    return ""


def _mixed(name: str, alike: dict[int, str]) -> str:
    """A look-alike letter in a part of the name that has Latin letters too; empty when there is none."""
    for part in _PARTS.split(name):
        if _LATIN.search(part):
            found = next((character for character in part if ord(character) in alike), "")
            if found:
                return found
    return ""


def _ascii_in(text: str) -> int:
    return sum(character.isascii() for character in text)

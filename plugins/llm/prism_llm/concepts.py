"""Words by what they mean to a reviewer, in many languages: to ignore, an instruction, approved, a reviewer."""

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Final

_CONCEPTS = Path(__file__).with_name("concepts.txt")
_WORD = re.compile(r"[^\W\d_]+|\d+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
LONGEST_STEM = 16
_LOOK_ALIKES: Final = str.maketrans("аеорсухіјѕһԁɡӏΑΒΕΖΗΙΚΜΝΟΡΤΥΧαορνικτ", "aeopcyxijshdglABEZHIKMNOPTYXaopvikt")


@cache
def _stems() -> dict[str, frozenset[str]]:
    """Concepts by the beginning of a word."""
    found: dict[str, set[str]] = {}
    for line in _CONCEPTS.read_text("utf-8").splitlines():
        concept, _, stems = line.partition(":")
        for stem in stems.split():
            found.setdefault(_plain(stem), set()).add(concept)
    return {stem: frozenset(concepts) for stem, concepts in found.items()}


def _plain(text: str) -> str:
    """A text in lower case without marks on its letters."""
    spread = unicodedata.normalize("NFKD", text).casefold()
    return "".join(char for char in spread if not unicodedata.combining(char))


def words_of(text: str) -> list[str]:
    """The words of a text; identifiers fall apart at underscores and where lower case turns into upper case."""
    return _WORD.findall(_CAMEL.sub(" ", text))


def concepts_of(word: str) -> frozenset[str]:
    """What a word may mean, also where letters were replaced by others that look like them."""
    return _meaning(word) if len(word) <= 80 else frozenset()  # noqa: PLR2004 # longer than any word


@cache
def _meaning_of_plain(word: str) -> frozenset[str]:
    stems = _stems()
    found = stems.get(f"{word}$", frozenset())
    for length in range(2, min(len(word), LONGEST_STEM) + 1):
        found |= stems.get(word[:length], frozenset())
    return found


def _meaning(word: str) -> frozenset[str]:
    plain = _plain(word)
    found = _meaning_of_plain(plain) if len(plain) <= LONGEST_STEM * 2 else frozenset()
    if not plain.isascii():
        found |= _meaning_of_plain(_plain(word.translate(_LOOK_ALIKES)))
    return found


_LOADED: Final = frozenset(
    {"ignore", "orders", "reviewer", "approve", "cleared", "safe", "verdict", "canary", "role", "finding", "inspect"}
)


def is_loaded(text: str) -> bool:
    """Whether a short text holds a word that may talk to a reviewer."""
    return any(concepts_of(word) & _LOADED for word in words_of(text))

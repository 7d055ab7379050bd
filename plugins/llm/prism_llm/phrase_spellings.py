"""Other ways to read a text: as somebody would who knows the tricks by which words are hidden from a search."""

import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache, partial
from typing import Final

from prism_llm.concepts import bare, plain, stems_of_words
from prism_llm.phrase_ciphers import deciphered
from prism_llm.phrase_codes import decodings

DEEPEST: Final = 2
"""How many codes inside each other are undone."""
LONGEST_RUN: Final = 200
FEWEST_LETTERS: Final = 12
"""A word of so many letters may be several without a space."""
_LEET = re.compile(r"[\w@$!|€]{3,80}")
_LETTER = re.compile("[A-Za-z]")
_LETTER_LIKE = re.compile("[0-9@$!|€]")
_LEET_LETTERS: Final = (
    str.maketrans("0134578@$!|€96", "oieastbasiiegg"),
    str.maketrans("0134578@$!|€92", "oleastbasllegz"),
)
_SPACED = re.compile(r"(?<![^\W_])[^\W_](?:([^\w\n]|_){1,3}[^\W_](?![^\W_])){5,}")
_LONG_WORD = re.compile(rf"[A-Za-z]{{{FEWEST_LETTERS},{LONGEST_RUN}}}")
_WORDS = re.compile(r"[^\W\d_]{4,}")
_UPSIDE_DOWN: Final = str.maketrans(
    "\u0250q\u0254p\u01dd\u025f\u0183\u0253\u0265\u0131\u1d09\u027e\u029e\u05dfl\u026fuodb\u0279s\u0287n\u028c\u028dx\u028ez",
    "abcdefgghiijkllmnopqrstuvwxyz",
)
_SHORT_STEM: Final = 4
_LONG_STEM: Final = 6


def readings(text: str, depth: int = DEEPEST) -> Iterator[str]:
    """A text in all the ways in which it may be meant, itself first."""
    yield text
    for other in _others(text, depth):
        if other and other != text:
            yield other


def _others(text: str, depth: int) -> Iterator[str]:
    shown = bare(text)
    yield from _relettered(shown)
    yield from _respaced(shown)
    words = frozenset(_WORDS.findall(shown))
    yield from deciphered(shown)
    if any(_is_backwards(word) for word in words):
        yield shown[::-1]
        yield " ".join(word[::-1] for word in shown.split())
    if not shown.isascii():
        yield shown.translate(_UPSIDE_DOWN)[::-1]
    if depth:
        for said in decodings(text):
            yield from readings(said, depth - 1)


def _relettered(text: str) -> Iterator[str]:
    """With letters for the digits and signs that stand for them."""
    if _LETTER_LIKE.search(text):
        for letters in _LEET_LETTERS:
            yield _LEET.sub(partial(_relettered_word, letters), text)


def _relettered_word(letters: Mapping[int, int], match: re.Match[str]) -> str:
    word = match[0]
    return word.translate(letters) if _LETTER.search(word) and _LETTER_LIKE.search(word) else word


def _respaced(text: str) -> Iterator[str]:
    """With spaces between words, and nowhere else."""
    if _SPACED.search(text):
        together = _SPACED.sub(_together, text)
        yield together
        yield _LONG_WORD.sub(_apart, together)
    elif _LONG_WORD.search(text):
        yield _LONG_WORD.sub(_apart, text)


def _together(match: re.Match[str]) -> str:
    """Letters that stand alone as words: where two spaces are, a word ends."""
    letters = re.split(r"[^\w\n]{2,}|_{2,}", match[0])
    return " ".join(re.sub(r"[\W_]", "", word) for word in letters)


def _apart(match: re.Match[str]) -> str:
    return _known().sub(r" \g<0> ", match[0])


@cache
def _known() -> re.Pattern[str]:
    """Where words begin that mean something, in a run of letters; of several the longest."""
    stems = {stem for stem in stems_of_words() if len(stem) >= _SHORT_STEM and stem.isascii()}
    return re.compile(_any_of(stems), re.IGNORECASE)


def _any_of(endings: Collection[str]) -> str:
    """A pattern for texts that decides letter by letter: to try one text after the other takes fifty times as long."""
    branches = [
        re.escape(letter) + _any_of({ending[1:] for ending in endings if ending.startswith(letter)})
        for letter in sorted({ending[0] for ending in endings if ending})
    ]
    return f"(?:{'|'.join([*branches, *([''] if '' in endings else [])])})" if branches else ""


@cache
def _backwards() -> frozenset[str]:
    return frozenset(stem[::-1] for stem in stems_of_words() if len(stem) >= _LONG_STEM)


def _is_backwards(word: str) -> bool:
    folded = plain(word)
    return any(folded[-length:] in _backwards() for length in range(_LONG_STEM, min(len(folded), 12) + 1))

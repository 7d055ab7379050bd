"""Words by what they mean to a reviewer, in many languages: to ignore, an instruction, approved, a reviewer."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

_CONCEPTS = Path(__file__).with_name("concepts.txt")
_WORD = re.compile(r"[^\W\d_]+|\d+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_DENSE = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\ud7ff\uf900-\ufaff\uff66-\uff9f]")
"""Scripts in which words have no spaces between them, or endings that are words."""
_SEMITIC = re.compile("[\u0590-\u06ff]")
LONGEST_STEM = 16
LONGEST_WORD = 80
_SIMPLE: Final = str.maketrans("đłøıæœᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "dloiaoabcdefghijklmnoprstuvwyz")
_LOOK_ALIKES: Final = str.maketrans(
    "аеорсухіјѕһԁɡӏԛԝгмптвкАВЕНІЈКМОРСТХУΑΒΕΖΗΙΚΜΝΟΡΤΥΧαορνικτυε",
    "aeopcyxijshdglqwrmntbkABEHIJKMOPCTXYABEZHIKMNOPTYXaopviktue",
)


_OFTEN_MISSPELT: Final = (
    *("ignore", "disregard", "previous", "instruction", "instructions", "approve", "approved", "reviewer", "auditor"),
    *("violation", "malicious", "harmless", "verdict"),
)


class Meant(NamedTuple):
    """What one word of a text may mean, and where the word stands in it."""

    concepts: frozenset[str]
    begin: int
    end: int


class _Stems(NamedTuple):
    words: dict[str, frozenset[str]]
    """Concepts by the beginning of a word, or by a whole word and ``$``."""
    sayings: dict[str, tuple[tuple[tuple[str, ...], str], ...]]
    """Of the first word of several, those that follow, with the concept."""


@cache
def _stems() -> _Stems:
    words: dict[str, set[str]] = {}
    sayings: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for line in _CONCEPTS.read_text("utf-8").splitlines():
        concept, _, stems = line.partition(":")
        for stem in stems.split():
            first, *rest = plain(stem).split("_")
            if rest:
                sayings.setdefault(first, []).append((tuple(rest), concept))
            else:
                words.setdefault(first, set()).add(concept)
    return _Stems(
        {stem: frozenset(concepts) for stem, concepts in words.items()},
        {first: tuple(rest) for first, rest in sayings.items()},
    )


def stems_of_words() -> frozenset[str]:
    """How the words begin that mean something."""
    return frozenset(stem.removesuffix("$") for stem in _stems().words)


def plain(text: str) -> str:
    """A text in lower case without marks on its letters, and without characters that do not show."""
    return bare(text).casefold().translate(_SIMPLE)


def bare(text: str) -> str:
    """A text in common forms of its letters, without marks on them and without characters that do not show."""
    if text.isascii():
        return text
    spread = unicodedata.normalize("NFKD", text)
    kept = (char for char in spread if char.isascii() or _is_shown(char))
    return unicodedata.normalize("NFC", "".join(kept))


def _is_shown(char: str) -> bool:
    """Whether a character is more than a mark on another, and not one of those that nobody sees."""
    category = unicodedata.category(char)
    return category[0] != "M" and category not in {"Cf", "Cn", "Co"} and char not in "\u115f\u1160\u3164\uffa0"


def words_of(text: str) -> list[str]:
    """The words of a text; identifiers fall apart at underscores and where lower case turns into upper case."""
    return _WORD.findall(_CAMEL.sub(" ", text))


def meanings_in(text: str) -> Iterator[Meant]:
    """What the words of a bare text may mean, one by one; words that mean nothing here are among them."""
    found = list(_words_in(text))
    for index, (word, begin, end) in enumerate(found):
        if not word.isascii() and _DENSE.search(word):
            yield from _dense(plain(word), begin)
            continue
        concepts, sayings = _known_of(word)
        for rest, concept in sayings:
            following = tuple(plain(each[0]) for each in found[index + 1 : index + 1 + len(rest)])
            if following == rest:
                concepts |= {concept}
        yield Meant(concepts, begin, end)


@cache
def _known_of(word: str) -> tuple[frozenset[str], tuple[tuple[tuple[str, ...], str], ...]]:
    """What a word means by itself, and what may follow it in sayings."""
    return concepts_of(word), _stems().sayings.get(plain(word), ())


def _words_in(text: str) -> Iterator[tuple[str, int, int]]:
    for match in _WORD.finditer(text):
        begin = match.start()
        if match[0].islower():
            yield match[0], begin, match.end()
            continue
        for part in _CAMEL.split(match[0]):
            yield part, begin, begin + len(part)
            begin += len(part)


def _dense(word: str, begin: int) -> Iterator[Meant]:
    """Two characters at a time, with what begins at either of them."""
    for index in range(0, len(word), 2):
        concepts = _meaning_of_plain(word[index : index + LONGEST_STEM])
        concepts |= _meaning_of_plain(word[index + 1 : index + 1 + LONGEST_STEM])
        yield Meant(concepts, begin + index, begin + index + 2)


@cache
def concepts_of(word: str) -> frozenset[str]:
    """What a word may mean, also where letters were replaced by others that look like them."""
    if len(word) > LONGEST_WORD:
        return frozenset()
    found = _meaning_of_plain(plain(word)) or _meaning_of_misspelt(plain(word))
    if not word.isascii():
        found |= _meaning_of_plain(plain(word.translate(_LOOK_ALIKES)))
        if _SEMITIC.match(word):  # "and", "the", "to" are written as one word with what follows
            found |= _meaning_of_plain(plain(word)[1:]) | _meaning_of_plain(plain(word)[2:])
    return found


def _meaning_of_misspelt(word: str) -> frozenset[str]:
    """What a word means in which a letter is missing, too many, wrong or in its neighbour's place."""
    shorter = _without_a_letter(word) if len(word) < LONGEST_STEM else frozenset()
    likely = (each for each in _OFTEN_MISSPELT if each[0] == word[:1] and abs(len(each) - len(word)) <= 1)
    meant = next((each for each in likely if _is_one_mistake(word, shorter, each)), "")
    return _meaning_of_plain(meant)


def _is_one_mistake(word: str, shorter: frozenset[str], meant: str) -> bool:
    missing = _without_a_letter(meant)
    return word in missing or meant in shorter or bool(shorter & missing)


@cache
def _without_a_letter(word: str) -> frozenset[str]:
    return frozenset(word[:at] + word[at + 1 :] for at in range(len(word)))


@cache
def _meaning_of_plain(word: str) -> frozenset[str]:
    stems = _stems().words
    found = stems.get(f"{word}$", frozenset())
    for length in range(1, min(len(word), LONGEST_STEM) + 1):
        found |= stems.get(word[:length], frozenset())
    return found


_LOADED: Final = frozenset(
    {
        *("ignore", "orders", "reviewer", "approve", "cleared", "harmless", "safe", "guilt", "verdict", "canary"),
        *("role", "finding", "review"),
    }
)


def is_loaded(text: str) -> bool:
    """Whether a short text holds a word that may talk to a reviewer."""
    return any(concepts_of(word) & _LOADED for word in words_of(text))

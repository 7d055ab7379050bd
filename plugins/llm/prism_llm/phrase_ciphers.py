"""Texts whose letters were all moved by the same distance in the alphabet, or mirrored.

The steps from letter to letter stay the same, so that words which such a text would hold are recognised by them, and
with one word the key is known.
"""

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import Final

_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_CRIBS: Final = ("approv", "ignore", "instruct", "review", "verdict", "violat", "previo", "malici", "harmle", "disreg")
"""How the words begin of which a text in such a cipher is likely to hold one."""
_CRIB: Final = 6
_WORD: Final = re.compile("[A-Za-z]{6,}")
_AROUND: Final = 2_000
"""Characters before and behind such a word that are read with its key: a text with a word for every key would else be
read as often as there are keys."""


@cache
def _steps() -> dict[tuple[int, ...], tuple[int, int]]:
    """By the steps between six letters: how to get the plain letter back, as a factor and a distance from the first."""
    found = {}
    for crib in _CRIBS:
        places = [_LETTERS.index(letter) for letter in crib]
        for factor in (1, -1):
            steps = tuple((factor * (after - before)) % 26 for before, after in pairwise(places))
            found[steps] = (factor, places[0])
    return found


def deciphered(text: str) -> Iterator[str]:
    """The stretches of a text whose letters were all moved by the same distance, or mirrored."""
    for (factor, distance), stretches in sorted(_stretches(text).items()):
        moved = "".join(_LETTERS[(factor * (place - distance)) % 26] for place in range(26))
        for begin, end in stretches:
            yield text[begin:end].casefold().translate(str.maketrans(_LETTERS, moved))


def _stretches(text: str) -> dict[tuple[int, int], list[tuple[int, int]]]:
    """By key, from where to where a text is read with it."""
    keys = {word: key for word in set(_WORD.findall(text)) if (key := _key_of(word.lower())) not in {None, (1, 0)}}
    found: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for match in _WORD.finditer(text) if keys else ():
        key = keys.get(match[0])
        if key is not None:
            stretches = found.setdefault(key, [])
            begin = max(0, match.start() - _AROUND)
            if stretches and begin <= stretches[-1][1]:
                begin = stretches.pop()[0]
            stretches.append((begin, match.end() + _AROUND))
    return found


def _key_of(word: str) -> tuple[int, int] | None:
    """How to get the plain letters of a word back; ``None`` when it does not begin like one that is looked for."""
    places = [_LETTERS.find(letter) for letter in word[:_CRIB]]
    if min(places) < 0:
        return None
    known = _steps().get(tuple((after - before) % 26 for before, after in pairwise(places)))
    return known and (known[0], (places[0] - known[0] * known[1]) % 26)

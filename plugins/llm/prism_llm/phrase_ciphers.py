"""Texts whose letters were all moved by the same distance in the alphabet, or mirrored.

The steps from letter to letter stay the same, so that words which such a text would hold are recognised by them, and
with one word the key is known.
"""

from collections.abc import Collection, Iterator
from functools import cache
from itertools import pairwise
from typing import Final

_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_CRIBS: Final = ("approv", "ignore", "instruct", "review", "verdict", "violat", "previo", "malici", "harmle", "disreg")
"""How the words begin of which a text in such a cipher is likely to hold one."""
_CRIB: Final = 6


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


def deciphered(text: str, words: Collection[str]) -> Iterator[str]:
    """A text whose letters were all moved by the same distance, or mirrored; ``words`` are its different words."""
    keys = {key for word in words if len(word) >= _CRIB and word.isascii() and (key := _key_of(word.casefold()))}
    for factor, distance in sorted(keys - {(1, 0)}):
        moved = "".join(_LETTERS[(factor * (place - distance)) % 26] for place in range(26))
        yield text.casefold().translate(str.maketrans(_LETTERS, moved))


def _key_of(word: str) -> tuple[int, int] | None:
    places = [_LETTERS.find(letter) for letter in word[:_CRIB]]
    if min(places) < 0:
        return None
    known = _steps().get(tuple((after - before) % 26 for before, after in pairwise(places)))
    return known and (known[0], (places[0] - known[0] * known[1]) % 26)

"""Damage done to the bytes of existing programs: what nobody would write, close to what somebody did write."""

import random
from collections.abc import Sequence

from tests.safety.fuzz.parsing import parses

ODD = tuple(
    piece.encode()
    for piece in (
        *("\r", "\f", "\v", "\t", "\u2028", "\u202e", "\u200b", "\ufeff", "\u00a0", "\u3164", "\u0430", "\uff45"),
        *("\\", "'", '"', '"""', "#", ";", ":", "(", ")", "[", "]", "{", "}", "{{", "lambda:", "\\\n", "\n    ", "\n"),
        *(" if ", " else ", "=", ":=", "*", "**", "@", "->", "f'{", "}'", "b'", "\\N{", "\\x", "0x", "9" * 50, "not "),
        *(
            "async ",
            "await ",
            "yield ",
            "del ",
            "global x\n",
            "import os\n",
            "from . import *\n",
            "# coding: latin-1\n",
        ),
    )
)
MAX_BYTES = 60_000
MAX_REPEATS = 400
TRIES = 8


def damaged(chance: random.Random, corpus: Sequence[bytes]) -> bytes:
    """One of the programs with a few wounds, mostly such that it still parses."""
    for _ in range(chance.choice((0, TRIES, TRIES, TRIES))):
        found = _once(chance, corpus)
        if parses(found):
            return found
    return _once(chance, corpus)


def _once(chance: random.Random, corpus: Sequence[bytes]) -> bytes:
    data = bytearray(chance.choice(corpus))
    for _ in range(chance.randint(1, 4)):
        chance.choice((_insert, _delete, _flip, _repeat, _move, _graft))(chance, data, corpus)
    return bytes(data[:MAX_BYTES])


def _span(chance: random.Random, data: bytearray) -> slice:
    start = chance.randint(0, len(data))
    return slice(start, min(len(data), start + chance.choice((1, 2, 5, 20, 100))))


def _insert(chance: random.Random, data: bytearray, corpus: Sequence[bytes]) -> None:
    place = chance.randint(0, len(data))
    data[place:place] = chance.choice(ODD)


def _delete(chance: random.Random, data: bytearray, corpus: Sequence[bytes]) -> None:
    del data[_span(chance, data)]


def _flip(chance: random.Random, data: bytearray, corpus: Sequence[bytes]) -> None:
    if data:
        data[chance.randrange(len(data))] = chance.randrange(256)


def _repeat(chance: random.Random, data: bytearray, corpus: Sequence[bytes]) -> None:
    """The same piece very often in a row: depth, length, floods."""
    span = _span(chance, data)
    data[span] = bytes(data[span]) * chance.randint(2, MAX_REPEATS)


def _move(chance: random.Random, data: bytearray, corpus: Sequence[bytes]) -> None:
    piece = bytes(data[_span(chance, data)])
    place = chance.randint(0, len(data))
    data[place:place] = piece


def _graft(chance: random.Random, data: bytearray, corpus: Sequence[bytes]) -> None:
    donor = bytearray(chance.choice(corpus))
    place = chance.randint(0, len(data))
    data[place:place] = donor[_span(chance, donor)]

"""Mutants: programs made from a case by one to three rewrites, the same for the same seed."""

import random
import warnings
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

import msgspec

from tests.safety.mutation.program import Program
from tests.safety.mutation.rewrites import REWRITES

REWRITES_WEIGHTS = (6, 3, 1)
"""How many mutants have one rewrite, how many two, how many three."""
Item = TypeVar("Item")


class Original(msgspec.Struct, frozen=True, kw_only=True):
    """What mutants are made from."""

    id: str
    family: str
    files: dict[str, str]
    focus: tuple[tuple[str, int], ...]
    """Path and line of what should be rewritten; empty for everything."""
    rules: frozenset[str] = frozenset()
    """What it breaks."""


class Mutant(msgspec.Struct, frozen=True, kw_only=True):
    """A program that means the same as the original."""

    original: Original
    rewrites: tuple[str, ...]
    files: dict[str, str]


def mutants(originals: Sequence[Original], seed: int, count: int, among: Sequence[str] = ()) -> Iterator[Mutant]:
    """Up to ``count`` different mutants: every rewrite and every original gets its turn, composed at random.

    ``among`` limits the rewrites to these names.
    """
    seen: set[tuple[tuple[str, str], ...]] = set()
    chance = random.Random(seed)  # noqa: S311 - a seed makes mutants repeatable
    order, turns = _turns(originals, chance), _turns(list(among or REWRITES), chance)
    for _ in range(2 * count):
        mutant = _next(next(turns), order, len(originals), chance)
        if mutant is not None and (key := tuple(sorted(mutant.files.items()))) not in seen:
            seen.add(key)
            yield mutant
        if len(seen) == count:
            return


def _next(rewrite: str, order: Iterator[Original], number: int, chance: random.Random) -> Mutant | None:
    """A mutant by this rewrite of the next original that it fits."""
    tries = (mutant_of(next(order), rewrite, chance.randrange(2**32)) for _ in range(number))
    return next((mutant for mutant in tries if mutant is not None), None)


def mutant_of(original: Original, first: str, seed: int) -> Mutant | None:
    """A mutant that begins with one rewrite; ``None`` when it does not fit or the result does not compile."""
    chance = random.Random(seed)  # noqa: S311 - a seed makes mutants repeatable
    program = Program(original.files, original.focus, chance)
    (number,) = chance.choices((1, 2, 3), REWRITES_WEIGHTS)
    if not REWRITES[first](program):
        return None
    applied = [first]
    for name in chance.sample(list(REWRITES), len(REWRITES)):
        if len(applied) == number:
            break
        applied += [name] if REWRITES[name](program) else []
    files = program.files()
    return Mutant(original=original, rewrites=tuple(applied), files=files) if is_valid(files) else None


def is_valid(files: Mapping[str, str]) -> bool:
    """Whether CPython compiles every Python file."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what the compiler warns of still runs
            for path, text in files.items():
                if path.endswith(".py"):
                    compile(text, path, "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _turns(items: Sequence[Item], chance: random.Random) -> Iterator[Item]:
    while True:
        yield from chance.sample(items, len(items))

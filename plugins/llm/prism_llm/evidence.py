"""Whether an accusation stands: its quote at the place it names, and the call it names on those lines."""

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from prism_llm.answer import Accusation
from prism_llm.material import FileMaterial
from prism_llm.prompt import Marks
from prism_llm.views import Shown, ShownLine, View

MAX_LINES: Final = 200
"""A quote that may stand anywhere in more lines than these has no place."""
LEAST_QUOTE: Final = 3
"""Characters besides white space that make a quote."""
Symbols = Mapping[str, Sequence[int]]
"""Dotted names with the lines they stand on, in order."""
_DOTTED: Final = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """An accusation whose quote stands, with the lines of the file where it does."""

    accusation: Accusation
    part: Shown
    first: int
    last: int
    symbol: str
    """The call or attribute that is accused, as the file spells it; empty when none is named."""


class Discarded(msgspec.Struct, frozen=True, kw_only=True):
    """An accusation that counts for nothing."""

    accusation: Accusation
    part: Shown | None
    """Which part it is about; ``None`` when it is about nothing that was shown."""
    why: str


def weigh(
    accusations: Sequence[Accusation], part: Shown, file: FileMaterial, view: View, marks: Marks
) -> tuple[tuple[Verified, ...], tuple[Discarded, ...]]:
    """The accusations that stand in a part, and those that do not."""
    symbols = _symbols_in(part, file) if accusations else {}
    verified: list[Verified] = []
    discarded: list[Discarded] = []
    for accusation in accusations:
        outcome = (
            Discarded(accusation=accusation, part=None, why="it is about a path that was not shown")
            if accusation.path != part.path
            else _weighed(accusation, part, symbols, file.neutral_names if view is View.NEUTRAL else {}, marks)
        )
        if isinstance(outcome, Verified):
            verified.append(outcome)
        else:
            discarded.append(outcome)
    return tuple(verified), tuple(discarded)


def _symbols_in(part: Shown, file: FileMaterial) -> Symbols:
    """The names on the lines of a part: a file may hold very many, and an answer may accuse as many times."""
    first, last = part.part.first, part.part.last
    return {name: lines for name, lines in file.symbols.items() if _stands(lines, first, last)}


def _stands(lines: Sequence[int], first: int, last: int) -> bool:
    """Whether one of the lines, which are in order, is among those from first to last."""
    index = bisect_left(lines, first)
    return index < len(lines) and lines[index] <= last


def _weighed(
    accusation: Accusation, part: Shown, symbols: Symbols, meanings: Mapping[str, str], marks: Marks
) -> Verified | Discarded:
    first, last = accusation.first_line, accusation.last_line
    rows = [line for line in part.lines if first <= line.number <= last]
    if not rows or last - first >= MAX_LINES:
        return Discarded(accusation=accusation, part=part, why="its lines are not among those that were shown")
    place = place_of(accusation.quote, rows, marks)
    if place is None:
        return Discarded(accusation=accusation, part=part, why="its quote does not stand there")
    symbol = _symbol(accusation, symbols, meanings, (rows[0].number, rows[-1].number))
    if symbol is None:
        return Discarded(accusation=accusation, part=part, why="what it accuses is not called or named there")
    return Verified(accusation=accusation, part=part, first=place[0], last=place[1], symbol=symbol)


def place_of(quote: str, rows: Sequence[ShownLine], marks: Marks) -> tuple[int, int] | None:
    """First and last line of a quote, white space aside; ``None`` when it does not stand in these lines."""
    wanted = _squeezed(re.sub(rf"{marks.mark}:\d+\| ?", "", quote))
    if len(wanted) < LEAST_QUOTE:
        return None
    squeezed = [_squeezed(row.text) for row in rows]
    begin = "".join(squeezed).find(wanted)
    if begin < 0:
        return None
    reached, lines = 0, []
    for row, text in zip(rows, squeezed, strict=True):
        if reached < begin + len(wanted) and reached + len(text) > begin:
            lines.append(row.number)
        reached += len(text)
    return min(lines), max(lines)


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _symbol(
    accusation: Accusation, symbols: Symbols, meanings: Mapping[str, str], lines: tuple[int, int]
) -> str | None:
    """The accused name as the file spells it, empty when none is named, ``None`` when it is not there."""
    said = accusation.symbol.strip().removesuffix("()")
    if not said:
        return None if accusation.role == "call" else ""
    if not _DOTTED.fullmatch(said):
        return None
    name = ".".join(meanings.get(part, part) for part in said.split("."))
    for known, places in symbols.items():
        if (known == name or known.startswith(f"{name}.")) and _stands(places, *lines):
            return name
    return None

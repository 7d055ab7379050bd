"""Which lines of two projects belong together: evidence that a person can check."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from prism_similarity.fingerprint import UnitRow
from prism_similarity.scoring import Weighed
from prism_similarity.shape import Shape

WHOLE_FILE: Final = 0.75
"""Part of a file's weight that must be found in one file of the other side for all of its lines to count."""
WHOLE_UNIT: Final = 0.45
"""The same for a class, function or method."""
LEAST_UNIT: Final = 3.0
"""Weight of the least unit that is shown as a whole."""
LEAST_STRETCH: Final = 4.0
"""Weight of the least stretch that is shown by itself."""
MAX_OCCURRENCES: Final = 12
"""Places of one gram on the other side that are followed; the rest of a repetition says nothing new."""
NEAR: Final = 4
"""Lines between two matching stretches of one piece that are bridged."""
MAX_STRETCHES: Final = 2_000
"""Stretches that are looked at, the weightiest first."""
BRIDGE: Final = 16
OTHER_BRIDGE: Final = 32
"""Lines between two regions that are bridged: fewer here than there, where comments may stand."""
FAR: Final = 12
"""Lines that one gram may cover, or one step go, within a stretch: short definitions taken together stand apart."""


class Region(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Lines of a project, first and last, and the lines of an earlier one that they match."""

    path: str
    lines: tuple[int, int]
    other_path: str
    other_lines: tuple[int, int]

    @property
    def size(self) -> int:
        """How many lines of the project it covers."""
        return self.lines[1] - self.lines[0] + 1


@dataclass(frozen=True, eq=False)
class Pairs:
    """Places of equal grams: ``query[k]`` on one side and ``other[k]`` on the other, with the gram's weight."""

    query: NDArray[np.int64]
    other: NDArray[np.int64]
    weight: NDArray[np.float64]


def regions(query: Weighed, other: Weighed) -> tuple[Region, ...]:
    """The regions of a pair, longest first."""
    pairs = _pairs(query, other)
    if not len(pairs.query):
        return ()
    found = [*_whole_units(query, other, pairs)]
    taken = _taken(query.shape, [unit for unit, _ in found])
    whole = [_unit_region(query.shape, unit, other.shape, twin) for unit, twin in found]
    stretches = _stretches(query, other, pairs, taken)
    bridged = _bridged({*whole, *stretches})
    return tuple(sorted(bridged, key=lambda region: (-region.size, region.path, region.lines)))


def _bridged(found: Iterable[Region]) -> list[Region]:
    """Regions that follow one another on both sides as one: what lies between is too short to be found by itself."""
    kept: list[Region] = []
    for region in sorted(found, key=lambda region: (region.path, region.other_path, region.lines)):
        if kept and _is_next(kept[-1], region):
            before = kept.pop()
            region = Region(  # noqa: PLW2901 - the joined one takes its place
                path=region.path,
                lines=(before.lines[0], max(before.lines[1], region.lines[1])),
                other_path=region.other_path,
                other_lines=(
                    min(before.other_lines[0], region.other_lines[0]),
                    max(before.other_lines[1], region.other_lines[1]),
                ),
            )
        kept.append(region)
    return kept


def _is_next(before: Region, region: Region) -> bool:
    if (before.path, before.other_path) != (region.path, region.other_path):
        return False
    gap = region.lines[0] - before.lines[1]
    other_gap = region.other_lines[0] - before.other_lines[1]
    return gap <= BRIDGE and -FAR <= other_gap <= OTHER_BRIDGE


def _pairs(query: Weighed, other: Weighed) -> Pairs:
    """Every gram of the query with its places on the other side, common repetitions cut short."""
    order = np.argsort(other.shape.grams, kind="stable")
    ordered = other.shape.grams[order]
    start = np.searchsorted(ordered, query.shape.grams, side="left")
    count = np.minimum(np.searchsorted(ordered, query.shape.grams, side="right") - start, MAX_OCCURRENCES)
    places = np.repeat(np.arange(len(count)), count)
    offsets = np.arange(len(places)) - np.repeat(np.cumsum(count) - count, count)
    weight = query.rarity.weights(query.shape.grams)[places]
    return Pairs(places, order[np.repeat(start, count) + offsets], weight)


@dataclass(frozen=True, eq=False)
class Twin:
    """The unit of the other side that holds most of a unit, and which of its lines do."""

    unit: UnitRow
    lines: tuple[int, int]


def _whole_units(query: Weighed, other: Weighed, pairs: Pairs) -> Iterator[tuple[UnitRow, Twin]]:
    """Units of the query that mostly stand in one unit of the other side, outer ones first and inner ones not again."""
    weights = query.rarity.weights(query.shape.grams)
    is_covered = np.zeros(len(query.shape.starts), dtype=bool)
    for unit in sorted(query.shape.units, key=lambda unit: (unit.first_piece - unit.last_piece, unit.first_piece)):
        span = query.shape.grams_of(unit)
        total = float(weights[span].sum())
        pieces = slice(unit.first_piece, unit.last_piece)
        if total < LEAST_UNIT or is_covered[pieces].all():
            continue
        twin = _twin(unit, span, other, pairs, total)
        if twin is not None:
            is_covered[pieces] = True
            yield unit, twin


def _twin(unit: UnitRow, span: slice, other: Weighed, pairs: Pairs, total: float) -> Twin | None:
    """What holds most of a unit on the other side, if anything does.

    A file has no twin in a file of which it is a part: its definitions have theirs.
    """
    here = slice(*np.searchsorted(pairs.query, [span.start, span.stop]))  # the places are in order
    at, to, weight = pairs.query[here], pairs.other[here], pairs.weight[here]
    least = (WHOLE_FILE if unit.kind == "file" else WHOLE_UNIT) * total
    best: tuple[float, UnitRow] | None = None
    for candidate in _units_at(other.shape, to):
        if _sort(candidate) != _sort(unit):
            continue
        there = other.shape.grams_of(candidate)
        inside = (to >= there.start) & (to < there.stop)
        found = float(weight[inside][np.unique(at[inside], return_index=True)[1]].sum())
        if found >= max(least, best[0] if best else 0.0):
            best = (found, candidate)
    if best is None:
        return None
    whole = float(other.in_place[other.shape.grams_of(best[1])].sum())
    if best[0] >= WHOLE_UNIT * whole:
        return Twin(best[1], (best[1].first_line, max(best[1].first_line, best[1].last_line)))
    if unit.kind == "file":
        return None
    there = other.shape.grams_of(best[1])
    inside = to[(to >= there.start) & (to < there.stop)]
    return Twin(best[1], (int(other.shape.first_line[inside].min()), int(other.shape.last_line[inside].max())))


def _units_at(shape: Shape, grams: NDArray[np.int64]) -> list[UnitRow]:
    """The units in which any of some grams stands, each once, in their order."""
    numbers = {number for piece in np.unique(shape.piece[grams]).tolist() for number in shape.units_of[piece]}
    return [shape.units[number] for number in sorted(numbers)]


def _sort(unit: UnitRow) -> str:
    return "function" if unit.kind in {"function", "method"} else unit.kind


def _taken(shape: Shape, units: list[UnitRow]) -> NDArray[np.bool_]:
    taken = np.zeros(len(shape.grams), dtype=bool)
    for unit in units:
        taken[shape.grams_of(unit)] = True
    return taken


def _unit_region(shape: Shape, unit: UnitRow, other: Shape, twin: Twin) -> Region:
    return Region(
        path=shape.files[unit.file].path,
        lines=(unit.first_line, max(unit.first_line, unit.last_line)),
        other_path=other.files[twin.unit.file].path,
        other_lines=twin.lines,
    )


def _stretches(query: Weighed, other: Weighed, pairs: Pairs, taken: NDArray[np.bool_]) -> Iterator[Region]:
    """Runs of grams that follow one another on both sides, near ones of the same two pieces joined."""
    free = ~taken[pairs.query] & _is_close(query.shape, pairs.query) & _is_close(other.shape, pairs.other)
    at, to, weight = pairs.query[free], pairs.other[free], pairs.weight[free]
    if not len(at):
        return
    mine, theirs = query.shape.piece[at], other.shape.piece[to]
    order = np.lexsort((at, to - at, theirs, mine))
    at, to, weight, mine, theirs = at[order], to[order], weight[order], mine[order], theirs[order]
    leaps = _leaps(query.shape, at) | _leaps(other.shape, to)
    breaks = (np.diff(at) != 1) | (np.diff(to) != 1) | (np.diff(mine) != 0) | (np.diff(theirs) != 0) | leaps
    bounds = np.concatenate([[0], np.nonzero(breaks)[0] + 1, [len(at)]])
    weights = np.add.reduceat(weight, bounds[:-1])
    used = np.zeros(len(query.shape.grams), dtype=bool)
    kept: list[_Run] = []
    for number in np.argsort(-weights, kind="stable")[:MAX_STRETCHES].tolist():
        span = slice(bounds[number], bounds[number + 1])
        if weights[number] >= LEAST_STRETCH and not used[at[span]].any():
            used[at[span]] = True
            kept.append(_Run(query.shape, other.shape, at[span], to[span]))
    yield from _joined(kept)


def _is_close(shape: Shape, grams: NDArray[np.int64]) -> NDArray[np.bool_]:
    close: NDArray[np.bool_] = shape.last_line[grams] - shape.first_line[grams] <= FAR
    return close


def _leaps(shape: Shape, grams: NDArray[np.int64]) -> NDArray[np.bool_]:
    leaps: NDArray[np.bool_] = np.abs(np.diff(shape.first_line[grams])) > FAR
    return leaps


class _Run:
    """Consecutive grams that match consecutive grams."""

    def __init__(self, query: Shape, other: Shape, at: NDArray[np.int64], to: NDArray[np.int64]) -> None:
        self.path = query.files[query.file_of[query.piece[at[0]]]].path
        self.other_path = other.files[other.file_of[other.piece[to[0]]]].path
        self.lines = (int(query.first_line[at].min()), int(query.last_line[at].max()))
        self.other_lines = (int(other.first_line[to].min()), int(other.last_line[to].max()))
        self.place = (int(query.piece[at[0]]), int(other.piece[to[0]]))


def _joined(runs: list[_Run]) -> Iterator[Region]:
    by_place: dict[tuple[int, int], list[_Run]] = {}
    for run in runs:
        by_place.setdefault(run.place, []).append(run)
    for group in by_place.values():
        group.sort(key=lambda run: run.lines)
        now = group[0]
        lines, other_lines = now.lines, now.other_lines
        for run in group[1:]:
            if (
                run.lines[0] <= lines[1] + NEAR
                and run.other_lines[0] <= other_lines[1] + NEAR
                and run.other_lines[1] >= other_lines[0] - NEAR
            ):
                lines = (lines[0], max(lines[1], run.lines[1]))
                other_lines = (min(other_lines[0], run.other_lines[0]), max(other_lines[1], run.other_lines[1]))
                continue
            yield Region(path=now.path, lines=lines, other_path=now.other_path, other_lines=other_lines)
            lines, other_lines = run.lines, run.other_lines
        yield Region(path=now.path, lines=lines, other_path=now.other_path, other_lines=other_lines)

"""How alike two projects are: pure arithmetic on what two readers and two contestants have said, each about its own.

A score is between 0 and 1. One that would say nothing, because there is too little to compare, is left out.
"""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from prism.evaluator.reading import Unit

LEAST_GRAMS = 20
"""Different grams, those of some ten lines, below which a project's code says nothing."""
LEAST_MATCH = 0.5
MAX_MATCHES = 40
_MAX_PLACES = 50  # of one gram on the other side: what stands everywhere points nowhere
LEAST_COPIED = 0.5
"""Part of the parameters of the smaller model that must find a place in the other one before outputs say anything."""
_LEAST_VARIATION = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Tensor:
    """One parameter of a model, as its contestant describes it."""

    name: str
    element_type: str
    shape: tuple[int, ...]

    @property
    def elements(self) -> int:
        """How many numbers it holds."""
        return math.prod(self.shape)


@dataclass(frozen=True, slots=True, kw_only=True)
class Anatomy:
    """How a model is built, as its contestant describes it."""

    modules: tuple[tuple[int, str], ...]
    """Depth and kind of each module, every one before its children."""
    parameters: tuple[Tensor, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A definition of the first project and the one of the second that is most like it."""

    first: Unit
    second: Unit
    likeness: float


def code_scores(first: Sequence[Unit], second: Sequence[Unit]) -> dict[str, float]:
    """How much of each project's code is in the other one."""
    one, other = (frozenset(gram for unit in units for gram in unit.grams) for units in (first, second))
    shared = len(one & other)
    sides = {"first_in_second": one, "second_in_first": other}
    return {name: shared / len(grams) for name, grams in sides.items() if len(grams) >= LEAST_GRAMS}


def matches(first: Sequence[Unit], second: Sequence[Unit]) -> list[Match]:
    """The pairs of definitions that are most alike, the longest first."""
    places: dict[int, list[int]] = {}
    for number, unit in enumerate(second):
        for gram in unit.grams:
            places.setdefault(gram, []).append(number)
    found = [match for unit in first if (match := _best(unit, second, places))]
    return sorted(found, key=lambda match: (-len(match.first.grams), match.first.path, match.first.lines))[:MAX_MATCHES]


def _best(unit: Unit, others: Sequence[Unit], places: dict[int, list[int]]) -> Match | None:
    common = Counter(number for gram in unit.grams for number in places.get(gram, ())[:_MAX_PLACES])
    rated = [
        (shared / (len(unit.grams) + len(others[number].grams) - shared), -number) for number, shared in common.items()
    ]
    likeness, number = max(rated, default=(0.0, 0))
    return Match(first=unit, second=others[-number], likeness=likeness) if likeness >= LEAST_MATCH else None


def anatomy_scores(first: Anatomy, second: Anatomy) -> dict[str, float]:
    """How alike two models are built: their trees of modules, and the shapes of their parameters in any order."""
    trees = _overlap(Counter(_nodes(first.modules)), Counter(_nodes(second.modules)))
    shapes = _overlap(Counter(_shapes(first)), Counter(_shapes(second)))
    return {name: value for name, value in (("modules", trees), ("shapes", shapes)) if value is not None}


def _overlap(first: "Counter[tuple[object, ...]]", second: "Counter[tuple[object, ...]]") -> float | None:
    """What both have, twice, as a part of all."""
    total = first.total() + second.total()
    return 2 * (first & second).total() / total if total else None


def _shapes(anatomy: Anatomy) -> Iterator[tuple[object, ...]]:
    """The shape of each parameter; turned round it is the same one."""
    return (tuple(sorted(tensor.shape)) for tensor in anatomy.parameters)


def _nodes(modules: Sequence[tuple[int, str]]) -> Iterator[tuple[object, ...]]:
    """Each module's kind with the kinds of its children, in no order."""
    children: list[list[str]] = [[] for _ in modules]
    path: list[int] = []
    for number, (depth, kind) in enumerate(modules):
        del path[depth:]
        if path:
            children[path[-1]].append(kind)
        path.append(number)
    for (_, kind), below in zip(modules, children, strict=True):
        yield (kind, *sorted(below))


def twins(first: Anatomy, second: Anatomy) -> list[tuple[Tensor, Tensor]]:
    """The parameters that correspond: the n-th of a shape in one model and the n-th of that shape in the other."""
    waiting: dict[tuple[int, ...], list[Tensor]] = {}
    for tensor in reversed(second.parameters):
        waiting.setdefault(tensor.shape, []).append(tensor)
    return [(tensor, waiting[tensor.shape].pop()) for tensor in first.parameters if waiting.get(tensor.shape)]


def copied(first: Anatomy, second: Anatomy) -> float:
    """The part of the smaller model's parameters that correspond to one of the other's, by the numbers they hold."""
    smaller = min(sum(tensor.elements for tensor in side.parameters) for side in (first, second))
    return sum(tensor.elements for tensor, _ in twins(first, second)) / smaller if smaller else 0.0


def agreement(first: "Sequence[Sequence[float]]", second: "Sequence[Sequence[float]]") -> float | None:
    """The correlation of two models' logits over the same contexts, at least 0; ``None`` where one does not vary.

    What is the same for every context (a bias of the output layer) and what is the same for every byte (which changes
    no probability) are taken away before, so that only what the models make of a context counts.
    """
    one, other = _centred(first), _centred(second)
    sizes = [math.fsum(value * value for value in values) for values in (one, other)]
    if min(sizes) <= _LEAST_VARIATION * len(one):
        return None
    shared = math.fsum(map(float.__mul__, one, other))
    return min(1.0, max(0.0, shared / math.sqrt(sizes[0] * sizes[1])))


def _centred(rows: "Sequence[Sequence[float]]") -> list[float]:
    columns = [math.fsum(column) / len(rows) for column in zip(*rows, strict=True)]
    centre = math.fsum(columns) / len(columns)
    return [
        value - column - mean + centre
        for row in rows
        for mean in (math.fsum(row) / len(row),)
        for value, column in zip(row, columns, strict=True)
    ]

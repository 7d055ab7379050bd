"""How much of one project is in another: the exact stage."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from prism_similarity.rarity import Rarity, Weights, is_in
from prism_similarity.shape import Hashes, Shape

SLACK: Final = 3.0
"""Added to the smaller side's weight: what two tiny projects share says little."""
MASS: Final = 60.0
"""Shared weight at which a unit that is found whole counts one half: about a class of a hundred lines."""
LEAST_SHARED: Final = 6.0
"""Shared weight below which no single unit counts."""
PARTS: Final = frozenset({"class", "function", "method"})


@dataclass(frozen=True, eq=False)
class Weighed:
    """A project with the weight of each of its grams."""

    shape: Shape
    rarity: Rarity

    @cached_property
    def weights(self) -> Weights:
        """The weight of each different gram, in their order."""
        return self.rarity.weights(self.shape.distinct)

    @cached_property
    def total(self) -> float:
        """The weight of all different grams together."""
        return float(self.weights.sum())

    @cached_property
    def in_place(self) -> Weights:
        """The weight of each gram where it stands first, and 0 where it is repeated."""
        weights: Weights = self.rarity.weights(self.shape.grams) * self.shape.is_first
        return weights

    @cached_property
    def part_bounds(self) -> NDArray[np.int64]:
        """First gram and end of each class, function and method, a row each."""
        spans = [self.shape.grams_of(unit) for unit in self.shape.units if unit.kind in PARTS]
        return np.array([(span.start, span.stop) for span in spans], dtype=np.int64).reshape(-1, 2)

    @cached_property
    def part_totals(self) -> Weights:
        """The weight of each class, function and method."""
        return _sums(self.in_place, self.part_bounds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What the exact stage says about a pair."""

    value: float
    """Between 0 and 1; what thresholds are about."""
    shared: float
    """The weight of what both have."""
    share: float
    """The part of the query's weight that the other one explains, between 0 and 1."""


def score(query: Weighed, other: Weighed, without: Hashes | None = None) -> Score:
    """Compare two projects; grams in ``without`` (sorted) do not count as shared."""
    common = is_in(other.shape, query.shape.distinct)
    if without is not None and len(without):
        common &= ~np.isin(query.shape.distinct, without, assume_unique=True)
    shared = float(query.weights[common].sum())
    containment = shared / (min(query.total, other.total) + SLACK)
    parts = max(_best_part(query, other, without), _best_part(other, query, without)) if shared >= LEAST_SHARED else 0.0
    share = shared / query.total if query.total else 0.0
    return Score(value=min(1.0, max(containment, parts)), shared=shared, share=min(1.0, share))


def _best_part(one: Weighed, other: Weighed, without: Hashes | None) -> float:
    """The greatest likeness of one class, function or method of a project with anything in the other one."""
    if not len(one.part_bounds):
        return 0.0
    common = is_in(other.shape, one.shape.grams)
    if without is not None and len(without):
        common &= ~np.isin(one.shape.grams, without)
    found = _sums(one.in_place * common, one.part_bounds)
    value = found / np.maximum(one.part_totals, 1e-9) * found / (found + MASS)
    return float(np.where(found >= LEAST_SHARED, value, 0.0).max())


def _sums(weights: Weights, bounds: NDArray[np.int64]) -> Weights:
    running = np.concatenate([[0.0], np.cumsum(weights)])
    sums: Weights = running[bounds[:, 1]] - running[bounds[:, 0]]
    return sums

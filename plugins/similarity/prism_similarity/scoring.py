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
        """The weight of each gram where it stands first in its file, and 0 where it is repeated."""
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
    common = _common(query.shape.distinct, other, without)
    shared = float(query.weights[common].sum())
    containment = max(_containment(query, other, without), _containment(other, query, without))
    parts = max(_best_part(query, other, without), _best_part(other, query, without)) if shared >= LEAST_SHARED else 0.0
    share = shared / query.total if query.total else 0.0
    return Score(value=min(1.0, max(containment, parts)), shared=shared, share=min(1.0, share))


def _common(grams: Hashes, other: Weighed, without: Hashes | None) -> NDArray[np.bool_]:
    """Which grams the other project has as well, without those that do not count."""
    common = is_in(other.shape, grams)
    return common if without is None else common & ~np.isin(grams, without)


def _containment(one: Weighed, other: Weighed, without: Hashes | None) -> float:
    """The part of the smaller side that both have, for those files of one project for which it is greatest.

    Files are taken in from the likest to the least like, so what else is in the project cannot dilute a copy.
    """
    files = [one.shape.grams[span] for span in one.shape.file_spans]
    if not files:
        return 0.0
    is_shared = [_common(grams, other, without) for grams in files]
    weights = [one.in_place[span] for span in one.shape.file_spans]
    parts = [
        float((weight * shared).sum() / (weight.sum() + SLACK))
        for weight, shared in zip(weights, is_shared, strict=True)
    ]
    order = np.argsort([-part for part in parts], kind="stable")
    joined = np.concatenate([files[place] for place in order])
    first = np.zeros(len(joined), dtype=bool)
    first[np.unique(joined, return_index=True)[1]] = True
    weight = np.concatenate([weights[place] for place in order]) * first
    shared = weight * np.concatenate([is_shared[place] for place in order])
    ends = np.cumsum([len(files[place]) for place in order])
    totals, found = (np.concatenate([[0.0], np.cumsum(each)])[ends] for each in (weight, shared))
    return float((found / (np.minimum(totals, other.total) + SLACK)).max())


def _best_part(one: Weighed, other: Weighed, without: Hashes | None) -> float:
    """The greatest likeness of one class, function or method of a project with anything in the other one."""
    if not len(one.part_bounds):
        return 0.0
    common = _common(one.shape.grams, other, without)
    found = _sums(one.in_place * common, one.part_bounds)
    value = found / np.maximum(one.part_totals, 1e-9) * found / (found + MASS)
    return float(np.where(found >= LEAST_SHARED, value, 0.0).max())


def _sums(weights: Weights, bounds: NDArray[np.int64]) -> Weights:
    running = np.concatenate([[0.0], np.cumsum(weights)])
    sums: Weights = running[bounds[:, 1]] - running[bounds[:, 0]]
    return sums

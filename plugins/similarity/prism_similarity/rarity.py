"""How much a gram says: much when few projects have it, nothing when everybody may use it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from prism.corpus import Corpus
from prism_similarity.shape import Hashes, Shape, shape_of

SAMPLE: Final = 512
"""Earlier submissions that are asked how common a gram is: as many at any size, so that a query costs the same."""
LEAST_WEIGHT: Final = 0.05
"""Of a gram that every project has: what all of them copied from one another must not become invisible."""
Weights = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Rarity:
    """In how many of ``total`` projects each of some grams is found."""

    grams: Hashes
    counts: NDArray[np.int64]
    total: int
    subtracted: Hashes

    @classmethod
    def of(cls, projects: Sequence[Hashes], subtracted: Iterable[Hashes] = ()) -> "Rarity":
        """Count the grams of some projects, each given as its different grams; ``subtracted`` ones weigh nothing."""
        joined = np.concatenate([*projects, np.zeros(0, dtype=np.uint64)])
        grams, counts = np.unique(joined, return_counts=True)
        common = np.unique(np.concatenate([*subtracted, np.zeros(0, dtype=np.uint64)]))
        return cls(grams, counts, len(projects), common)

    def weights(self, grams: Hashes) -> Weights:
        """A weight for each gram: 1 when at most one project has it, little when all do, 0 when it is subtracted."""
        if not self.total:
            return np.where(self.is_subtracted(grams), 0.0, 1.0)
        share = (self.total + 1) / (_looked_up(self.grams, self.counts, grams) + 0.5)
        weights = np.clip(np.log(share) / self._most, LEAST_WEIGHT, 1.0)
        weights[self.is_subtracted(grams)] = 0.0
        return weights

    def is_subtracted(self, grams: Hashes) -> NDArray[np.bool_]:
        """Which grams everybody may use."""
        return _is_in(self.subtracted, grams)

    @cached_property
    def _most(self) -> float:
        return float(np.log((self.total + 1) / 1.5))


def rarity_in(corpus: Corpus, references: Sequence[str]) -> Rarity:
    """How rare grams are in a corpus, without what the named reference sets hold.

    One owner's submissions count once: handing in the same project again and again makes its code no more common.

    Raises:
        KeyError: there is no such reference set.
    """
    sample = corpus.sample(SAMPLE)
    owners = {each.id: each.hotkey for each in corpus.earlier(sample).values()}
    by_owner: Mapping[str, list[Hashes]] = defaultdict(list)
    for submission in sample:
        owner = owners.get(submission) or f" {submission}"
        by_owner[owner].append(shape_of(corpus.fingerprint(submission)).distinct)
    projects = [np.unique(np.concatenate(grams)) for grams in by_owner.values()]
    subtracted = [shape_of(fingerprint).distinct for name in references for fingerprint in corpus.reference(name)]
    return Rarity.of(projects, subtracted)


def _looked_up(keys: Hashes, values: NDArray[Any], wanted: Hashes) -> NDArray[Any]:
    if not len(keys):
        return np.zeros(len(wanted))
    place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[place] == wanted, values[place], 0)


def _is_in(keys: Hashes, wanted: Hashes) -> NDArray[np.bool_]:
    if not len(keys):
        return np.zeros(len(wanted), dtype=bool)
    place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    found: NDArray[np.bool_] = keys[place] == wanted
    return found


def is_in(shape: Shape, wanted: Hashes) -> NDArray[np.bool_]:
    """Which grams a project has."""
    return _is_in(shape.distinct, wanted)

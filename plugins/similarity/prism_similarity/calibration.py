"""Thresholds from a store: what each would hold of presumably honest work, and what it would find of copies."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec
import numpy as np

from prism.corpus import Corpus
from prism.errors import UsageError
from prism.gate import Gate
from prism.store import Store, SubmissionRow
from prism_similarity.comparison import Comparer, Comparison, Kind
from prism_similarity.inquiry import PLUGIN
from prism_similarity.rewriting import REWRITINGS
from prism_similarity.settings import Settings, settings_of
from prism_similarity.shape import Shape, Stream, shape_from, stream_of
from prism_similarity.signatures import SCHEME, index_of

GRID: Final = tuple(round(step / 100, 2) for step in range(5, 100))
FEWEST: Final = 10
"""Submissions below which a proposal would be a guess."""
NOT_HONEST: Final = frozenset({Kind.SELF, Kind.DUPLICATE})


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """What one threshold would do."""

    threshold: float
    false_holds: float
    """Part of honest projects with a match from there on."""
    found: dict[str, float]
    """Part of the copies of each kind whose source is a match from there on."""

    @property
    def all_found(self) -> float:
        """The mean over the kinds."""
        return sum(self.found.values()) / len(self.found) if self.found else 0.0


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """The curve, and the thresholds that it suggests."""

    rows: tuple[Row, ...]
    honest: int
    """Honest projects that were tried."""
    copies: int
    hold: float
    reject: float
    allowed: float
    """The part of honest projects that may be held."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """Tries submissions of a store against the rest of it."""

    gate: Gate
    store: Store
    queries: int

    def run(self, allowed: float) -> Proposal:
        """The curve, with a hold threshold that holds at most so many of a hundred honest projects.

        Raises:
            UsageError: there is too little in the store.
            StoreError: it cannot be read.
        """
        rows = self.store.submissions(limit=1_000_000)
        if len(rows) < FEWEST:
            what = f"there are {len(rows)} submissions in the store"
            raise UsageError(what, where=self.store.where, do=f"calibrate when there are at least {FEWEST}")
        rng = np.random.default_rng(0)
        chosen = [rows[int(place)] for place in rng.permutation(len(rows))[: self.queries]]
        trial = _Trial(self.store, settings_of(self.gate.policy.plugins[PLUGIN].settings))
        honest = [trial.likeness(row) for row in chosen]
        found = trial.copies(chosen, rng)
        return _proposal(honest, found, allowed)


class _Trial:
    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = msgspec.structs.replace(settings, matches=50)
        self._comparer = Comparer(self._settings)
        self._all = store.source().corpus(PLUGIN, SCHEME)

    def likeness(self, row: SubmissionRow) -> float:
        """The best score of a submission against what others handed in."""
        _, files = self._store.submission(row.id)
        shape = shape_from(self._stream(row))
        index = index_of(shape, self._settings.smallest_unit)
        comparison = self._comparer.compare(shape, index, files, row.project_digest, self._corpus(row))
        return max((match.score for match in comparison.matches if match.kind not in NOT_HONEST), default=0.0)

    def copies(self, rows: Sequence[SubmissionRow], rng: np.random.Generator) -> dict[str, list[float]]:
        """The score of the source of each copy, by kind."""
        found: dict[str, list[float]] = {kind: [] for kind in REWRITINGS}
        for row, host in zip(rows, [*rows[1:], rows[0]], strict=True):
            for kind, copy in self._made(row, host, rng):
                found[kind].append(self._score_of(row.id, copy, host))
        return {kind: scores for kind, scores in found.items() if scores}

    def _made(self, row: SubmissionRow, host: SubmissionRow, rng: np.random.Generator) -> Iterator[tuple[str, Shape]]:
        source, other = self._stream(row), self._stream(host)
        for kind, rewrite in REWRITINGS.items():
            copy = rewrite(source, other, rng)
            if copy is not None and len(copy.tokens):
                yield kind, shape_from(copy)

    def _score_of(self, source: str, copy: Shape, host: SubmissionRow) -> float:
        comparison: Comparison = self._comparer.compare(
            copy, index_of(copy, self._settings.smallest_unit), (), "0" * 64, self._corpus(host)
        )
        return next((match.score for match in comparison.matches if match.id == source), 0.0)

    def _stream(self, row: SubmissionRow) -> Stream:
        return stream_of(self._all.fingerprint(row.id))

    def _corpus(self, row: SubmissionRow) -> Corpus:
        return self._store.source(hotkey=row.hotkey, without=row.id).corpus(PLUGIN, SCHEME)


def _proposal(honest: Sequence[float], found: dict[str, list[float]], allowed: float) -> Proposal:
    rows = tuple(
        Row(
            threshold=threshold,
            false_holds=_part(honest, threshold),
            found={kind: _part(scores, threshold) for kind, scores in found.items()},
        )
        for threshold in GRID
    )
    hold = next((row.threshold for row in rows if row.false_holds <= allowed), GRID[-1])
    reject = next((row.threshold for row in rows if row.threshold >= hold and not row.false_holds), GRID[-1])
    return Proposal(
        rows=rows,
        honest=len(honest),
        copies=sum(len(scores) for scores in found.values()),
        hold=hold,
        reject=max(reject, min(GRID[-1], round(hold + 0.1, 2))),
        allowed=allowed,
    )


def _part(scores: Sequence[float], threshold: float) -> float:
    return sum(score >= threshold for score in scores) / len(scores) if scores else 0.0

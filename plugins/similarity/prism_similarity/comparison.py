"""One project against all earlier ones: candidates from the index, the exact stage on them, evidence for a person."""

import enum
from collections import Counter, OrderedDict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec
import numpy as np

from prism.corpus import Corpus, EarlierSubmission, Index
from prism.snapshot import FileEntry
from prism_similarity.rarity import Rarity, is_in, rarity_in
from prism_similarity.regions import Region, regions
from prism_similarity.scoring import Score, Weighed, score
from prism_similarity.settings import Settings
from prism_similarity.shape import Hashes, Shape, shape_of

MAX_SHAPES: Final = 4_096
"""Earlier submissions whose arrays are kept at hand; a hundred megabytes at most for projects of a usual size."""
SAME: Final = 0.97
"""Part of the best score from which a submission explains a project as well: the earliest of those is the source."""
LEAST_SHOWN: Final = 0.05
"""Score below which a pair is not worth a person's look."""


class Kind(enum.StrEnum):
    """What a match is, the strongest first."""

    DUPLICATE = "duplicate"
    COPIED = "copied"
    PARTIAL = "partial-copy"
    SUSPECTED = "suspected"
    RELATED = "related"
    """Below every threshold: something in common, and no reason to hold."""
    SELF = "self"
    """The author's own earlier work."""


class Match(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One earlier submission that explains a part of a project."""

    id: str
    score: float
    kind: Kind
    share: float
    """The part of the project that it explains."""
    adds: float
    """The part that no match before it explains."""
    regions: tuple[Region, ...]


class Comparison(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What comparing one project gave: matches, best first, and the part of it that is new."""

    matches: tuple[Match, ...]
    new: float
    dropped: int = 0
    """Buckets of the index that held more than was looked at."""


class Comparer:
    """Compares projects with one corpus; keeps what it has read of it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._shapes: OrderedDict[str, Shape] = OrderedDict()
        self._rarity: tuple[tuple[Any, ...], Rarity] | None = None

    def compare(
        self, shape: Shape, index: Index, files: Iterable[FileEntry], project_digest: str, corpus: Corpus
    ) -> Comparison:
        """The earlier submissions that explain a project.

        Raises:
            StoreError: the corpus cannot be read.
            KeyError: the policy names a reference set that the store does not have.
        """
        rarity = self._rarity_in(corpus)
        query = Weighed(shape, rarity)
        same = frozenset(corpus.same_project(project_digest))
        candidates, dropped = self._candidates(index, files, corpus)
        earlier = corpus.earlier([*same, *candidates])
        scored = self._scored(query, earlier, corpus, same)
        matches = tuple(self._explained(query, scored, corpus, same))
        foreign = [match for match in matches if match.kind is not Kind.SELF]
        new = max(0.0, 1.0 - sum(match.adds for match in foreign))
        return Comparison(matches=matches, new=round(new, 4), dropped=dropped)

    def _rarity_in(self, corpus: Corpus) -> Rarity:
        """Counted once for a corpus that stays the same."""
        references = tuple((name, corpus.reference_version(name)) for name in self._settings.references)
        key = (len(corpus), corpus.sample(1), references)
        if self._rarity is None or self._rarity[0] != key:
            self._rarity = (key, rarity_in(corpus, self._settings.references))
        return self._rarity[1]

    def _candidates(self, index: Index, files: Iterable[FileEntry], corpus: Corpus) -> tuple[list[str], int]:
        """The submissions that the index names, most promising first, and how many buckets it cut short."""
        votes: Counter[str] = Counter()
        for places in corpus.same_files([file.sha256 for file in files if file.size]).values():
            votes.update({submission: index.scheme.bands for submission, _ in places})
        near, exact = corpus.near(index), corpus.same_units(index)
        best: Counter[tuple[int, str]] = Counter()
        for hit in near.hits:
            best[hit.asked, hit.submission] = max(best[hit.asked, hit.submission], hit.bands)
        for hit in exact.hits:
            best[hit.asked, hit.submission] = index.scheme.bands
        for (asked, submission), bands in best.items():
            votes[submission] += bands * index.units[asked].size
        chosen = [submission for submission, _ in votes.most_common(self._settings.candidates)]
        return chosen, len(near.dropped) + len(exact.dropped)

    def _scored(
        self, query: Weighed, earlier: Mapping[str, EarlierSubmission], corpus: Corpus, same: Collection[str]
    ) -> list[tuple[Score, EarlierSubmission, Weighed]]:
        others = {each.id: Weighed(self._shape(each.id, corpus), query.rarity) for each in earlier.values()}
        own = [each for each in earlier.values() if self._is_own(each, corpus)]
        found = []
        for each in earlier.values():
            without = None if each in own else self._known_before(own, each, others)
            value = score(query, others[each.id], without)
            if each.id in same and without is None:
                value = Score(value=1.0, shared=query.total, share=1.0)
            if value.value >= LEAST_SHOWN:
                found.append((value, each, others[each.id]))
        return found

    def _known_before(
        self, own: Sequence[EarlierSubmission], other: EarlierSubmission, shapes: Mapping[str, Weighed]
    ) -> Hashes | None:
        """What the author had handed in before the other one did: nobody copies himself from a later one."""
        before = [shapes[each.id].shape.distinct for each in own if each.received_at < other.received_at]
        return np.unique(np.concatenate(before)) if before else None

    def _explained(
        self,
        query: Weighed,
        scored: list[tuple[Score, EarlierSubmission, Weighed]],
        corpus: Corpus,
        same: Collection[str],
    ) -> Iterator[Match]:
        """Matches, best first; of equally good ones the earliest."""
        left = np.ones(len(query.shape.distinct), dtype=bool)
        for value, each, other in _in_order(scored)[: self._settings.matches]:
            common = is_in(other.shape, query.shape.distinct)
            adds = float(query.weights[common & left].sum()) / query.total if query.total else 0.0
            is_own = self._is_own(each, corpus)
            if not is_own:
                left &= ~common
            found = regions(query, other)
            is_same = each.id in same or _is_same(query, other)
            yield Match(
                id=each.id,
                score=round(value.value, 4),
                kind=Kind.SELF if is_own else self._kind(value, found, is_same=is_same),
                share=round(value.share, 4),
                adds=round(min(1.0, adds), 4),
                regions=found,
            )

    def _kind(self, value: Score, found: Sequence[Region], *, is_same: bool) -> Kind:
        """What a score means under the policy's thresholds."""
        if is_same:
            return Kind.DUPLICATE
        evident = max((region.size for region in found), default=0) >= self._settings.evidence_lines
        if value.value >= self._settings.reject and evident:
            return Kind.COPIED if value.share >= 0.5 else Kind.PARTIAL  # noqa: PLR2004 - more than half, or less
        return Kind.SUSPECTED if value.value >= self._settings.hold else Kind.RELATED

    def _is_own(self, earlier: EarlierSubmission, corpus: Corpus) -> bool:
        """Whether the author of the project handed it in."""
        if not corpus.hotkey or not earlier.hotkey:
            return False
        if corpus.hotkey == earlier.hotkey:
            return True
        return any({corpus.hotkey, earlier.hotkey} <= owner for owner in self._settings.owners)

    def _shape(self, submission: str, corpus: Corpus) -> Shape:
        if submission not in self._shapes:
            self._shapes[submission] = shape_of(corpus.fingerprint(submission))
            if len(self._shapes) > MAX_SHAPES:
                self._shapes.popitem(last=False)
        return self._shapes[submission]


def _in_order(
    scored: list[tuple[Score, EarlierSubmission, Weighed]],
) -> list[tuple[Score, EarlierSubmission, Weighed]]:
    left = sorted(scored, key=lambda each: (-each[0].value, each[1].received_at, each[1].id))
    ordered = []
    while left:
        equal = [each for each in left if each[0].value >= SAME * left[0][0].value]
        first = min(equal, key=lambda each: (each[1].received_at, each[1].id))
        left.remove(first)
        ordered.append(first)
    return ordered


def _is_same(query: Weighed, other: Weighed) -> bool:
    """Whether two projects have the same canonical form, with enough in it to say so."""
    enough = min(query.total, other.total) >= 20  # noqa: PLR2004 - a file of some forty lines
    return enough and query.shape.canonical == other.shape.canonical

"""One project against all earlier ones: candidates from the index, the exact stage on them, evidence for a person."""

import enum
from collections import Counter, OrderedDict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
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
LEAST_CANONICAL: Final = 20
"""Different grams, those of a file of some forty lines, from which an equal canonical form is no chance."""
LEAST_FILE: Final = 1024
"""Bytes of a file from which sharing it means something."""


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
    same_files: tuple[tuple[str, str], ...] = ()
    """Paths, here and there, of larger files that are no code and the same byte for byte."""


class Comparison(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What comparing one project gave: matches, best first, and the part of it that is new."""

    matches: tuple[Match, ...]
    new: float
    dropped: int = 0
    """Buckets of the index that held more than was looked at."""


@dataclass(frozen=True, eq=False)
class _Found:
    """One earlier submission with what the exact stage says about it."""

    earlier: EarlierSubmission
    other: Weighed
    score: Score
    is_own: bool
    is_same: bool


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
        query = Weighed(shape, self._rarity_in(corpus))
        same = frozenset(corpus.same_project(project_digest))
        shared = _shared_files(files, corpus)
        earlier, dropped = self._candidates(index, {*same, *shared}, corpus)
        found = self._scored(query, earlier, corpus, same)
        found += self._by_files(query, earlier, shared, corpus, {each.earlier.id for each in found})
        matches = tuple(self._explained(query, _in_order(found), shared))
        new = max(0.0, 1.0 - sum(match.adds for match in matches if match.kind is not Kind.SELF))
        return Comparison(matches=matches, new=round(new, 4), dropped=dropped)

    def _rarity_in(self, corpus: Corpus) -> Rarity:
        """Counted once for a corpus that stays the same."""
        references = tuple((name, corpus.reference_version(name)) for name in self._settings.references)
        key = (len(corpus), corpus.sample(1), references)
        if self._rarity is None or self._rarity[0] != key:
            self._rarity = (key, rarity_in(corpus, self._settings.references))
        return self._rarity[1]

    def _candidates(self, index: Index, named: Collection[str], corpus: Corpus) -> tuple[list[EarlierSubmission], int]:
        """The submissions that the index names, most promising first, and how many buckets it cut short.

        An author's own are counted apart: a hundred versions of his do not hide what else the project resembles.
        """
        near, exact = corpus.near(index), corpus.same_units(index)
        best: Counter[tuple[int, str]] = Counter()
        for hit in (*near.hits, *exact.hits):
            agreeing = hit.bands or index.scheme.bands
            best[hit.asked, hit.submission] = max(best[hit.asked, hit.submission], agreeing)
        votes: Counter[str] = Counter(dict.fromkeys(named, index.scheme.bands))
        for (asked, submission), bands in best.items():
            votes[submission] += bands * index.units[asked].size
        known = corpus.earlier(votes)
        ranked = [known[submission] for submission, _ in votes.most_common() if submission in known]
        own = [each for each in ranked if self._is_own(each, corpus)][: self._settings.candidates]
        others = [each for each in ranked if not self._is_own(each, corpus)][: self._settings.candidates]
        return [*others, *own], len(near.dropped) + len(exact.dropped)

    def _scored(
        self, query: Weighed, earlier: Sequence[EarlierSubmission], corpus: Corpus, same: Collection[str]
    ) -> list[_Found]:
        others = {each.id: Weighed(self._shape(each.id, corpus), query.rarity) for each in earlier}
        own = [each for each in earlier if self._is_own(each, corpus)]
        found = []
        for each in earlier:
            without = None if each in own else _known_before(own, each, others)
            other = others[each.id]
            is_same = without is None and (_is_same(query, other) or (each.id in same and not _is_subtracted(query)))
            value = score(query, other, without)
            if is_same:
                value = Score(value=1.0, shared=query.total, share=1.0)
            if value.value >= LEAST_SHOWN:
                found.append(_Found(each, other, value, is_own=each in own, is_same=is_same))
        return found

    def _by_files(
        self,
        query: Weighed,
        earlier: Sequence[EarlierSubmission],
        shared: Mapping[str, Sequence[tuple[str, str]]],
        corpus: Corpus,
        found: Collection[str],
    ) -> list[_Found]:
        """Submissions that have a larger file in common with the project, and no code to speak of."""
        nothing = Score(value=0.0, shared=0.0, share=0.0)
        return [
            _Found(
                each, Weighed(self._shape(each.id, corpus), query.rarity), nothing, self._is_own(each, corpus), False
            )
            for each in earlier
            if each.id in shared and each.id not in found
        ]

    def _explained(
        self, query: Weighed, found: Sequence[_Found], shared: Mapping[str, Sequence[tuple[str, str]]]
    ) -> Iterator[Match]:
        """Matches, best first; of equally good ones the earliest."""
        left = np.ones(len(query.shape.distinct), dtype=bool)
        counts: Counter[bool] = Counter()
        for each in found:
            counts[each.is_own] += 1
            if counts[each.is_own] > self._settings.matches:
                continue
            common = is_in(each.other.shape, query.shape.distinct)
            adds = float(query.weights[common & left].sum()) / query.total if query.total else 0.0
            if not each.is_own:
                left &= ~common
            lines = regions(query, each.other)
            yield Match(
                id=each.earlier.id,
                score=round(each.score.value, 4),
                kind=self._kind(each, lines),
                share=round(each.score.share, 4),
                adds=round(min(1.0, adds), 4),
                regions=lines,
                same_files=tuple(shared.get(each.earlier.id, ())),
            )

    def _kind(self, found: _Found, lines: Sequence[Region]) -> Kind:
        """What a pair is under the policy's thresholds."""
        if found.is_own:
            return Kind.SELF
        if found.is_same:
            return Kind.DUPLICATE
        evident = max((region.size for region in lines), default=0) >= self._settings.evidence_lines
        if found.score.value >= self._settings.reject and evident:
            return Kind.COPIED if found.score.share >= 0.5 else Kind.PARTIAL  # noqa: PLR2004 - the greater part
        return Kind.SUSPECTED if found.score.value >= self._settings.hold else Kind.RELATED

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


def _in_order(found: Sequence[_Found]) -> list[_Found]:
    left = sorted(found, key=lambda each: (-each.score.value, each.earlier.received_at, each.earlier.id))
    ordered = []
    while left:
        equal = [each for each in left if each.score.value >= SAME * left[0].score.value]
        first = min(equal, key=lambda each: (each.earlier.received_at, each.earlier.id))
        left.remove(first)
        ordered.append(first)
    return ordered


def _known_before(
    own: Sequence[EarlierSubmission], other: EarlierSubmission, shapes: Mapping[str, Weighed]
) -> Hashes | None:
    """What the author had handed in before the other one did: nobody copies himself from a later one."""
    before = [shapes[each.id].shape.distinct for each in own if each.received_at < other.received_at]
    return np.unique(np.concatenate(before)) if before else None


def _is_same(query: Weighed, other: Weighed) -> bool:
    """Whether two projects have the same canonical form, with enough in it to say so."""
    own = int(np.count_nonzero(~query.rarity.is_subtracted(query.shape.distinct)))
    return own >= LEAST_CANONICAL and query.shape.canonical == other.shape.canonical


def _is_subtracted(query: Weighed) -> bool:
    """Whether all the code of a project is what everybody may use."""
    return bool(len(query.shape.distinct)) and bool(query.rarity.is_subtracted(query.shape.distinct).all())


def _shared_files(files: Iterable[FileEntry], corpus: Corpus) -> dict[str, list[tuple[str, str]]]:
    """By submission: the paths, here and there, of larger files that are the same byte for byte and are no Python."""
    paths = {each.sha256: each.path for each in files if each.size >= LEAST_FILE and not each.path.endswith(".py")}
    shared: dict[str, list[tuple[str, str]]] = {}
    for digest, places in corpus.same_files(list(paths)).items():
        for submission, path in places:
            shared.setdefault(submission, []).append((paths[digest], path))
    return shared

"""What earlier submissions look like to a plugin that compares, and what it hands over to be found again later.

A plugin never walks over everything: it asks by exact digest or by the buckets of its signatures, gets candidates, and
loads the few fingerprints that it wants to look at. Who answers is :mod:`prism.store`; nothing here knows that.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Annotated, Any, Protocol

import msgspec
from msgspec import Meta

from prism.errors import StoreError

MAX_UNITS = 100_000
MAX_BANDS = 256
Line = Annotated[int, Meta(ge=1, le=2**31 - 1)]
Int64 = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]


class Scheme(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How features and signatures were made: what was made in two ways is never compared with each other."""

    features: Annotated[str, Meta(min_length=1, max_length=100)]
    """Version of the features that a fingerprint holds."""
    hashing: Annotated[str, Meta(min_length=1, max_length=100)]
    """Name of the hash scheme of the signatures."""
    seed: Int64
    permutations: Annotated[int, Meta(ge=1, le=65_536)]
    bands: Annotated[int, Meta(ge=1, le=MAX_BANDS)]
    rows: Annotated[int, Meta(ge=1, le=65_536)]
    """Signature values that one band joins."""


class Unit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of a project that can be found by itself; its number is its position in the index."""

    kind: Annotated[str, Meta(pattern="^[a-z]{1,20}$")]
    path: Annotated[str, Meta(max_length=4096)]
    """File inside the project; empty for the whole project."""
    first_line: Annotated[int, Meta(ge=1, le=2**31 - 1)] = 1
    last_line: Annotated[int, Meta(ge=1, le=2**31 - 1)] = 1
    size: Annotated[int, Meta(ge=0, le=2**31 - 1)]
    """How many features it has."""
    digest: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
    """Of its exact or canonical form: what has the same one is the same."""
    signature: Annotated[bytes, Meta(max_length=8 * 65_536)] = b""
    buckets: Annotated[tuple[Int64, ...], Meta(max_length=MAX_BANDS)] = ()
    """The hash of each band, in order; empty for a unit that takes part by digest only."""


class Index(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """By what one project is found again: derived from a fingerprint, without parsing."""

    scheme: Scheme
    units: Annotated[tuple[Unit, ...], Meta(max_length=MAX_UNITS)] = ()

    def check(self) -> None:
        """Refuse what contradicts itself.

        Raises:
            ValueError: a unit has buckets, but not one for each band.
        """
        if any(unit.buckets and len(unit.buckets) != self.scheme.bands for unit in self.units):
            raise ValueError(f"a unit that has not one bucket for each of {self.scheme.bands} bands")


class Features(msgspec.Struct, frozen=True, kw_only=True):
    """What one plugin wants kept of a project, for later comparisons."""

    fingerprint: Mapping[str, Any]
    index: Index | None
    """``None`` when the plugin indexes nothing."""


class EarlierSubmission(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who handed in what and when."""

    id: str
    project_digest: str
    hotkey: str
    """Empty when nobody said."""
    received_at: int
    """Microseconds since 1970 (UTC): whoever was earlier is the source."""


class SharedLines(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Lines of a project, first and last, and the lines of an earlier submission that they resemble."""

    path: Annotated[str, Meta(max_length=4096)]
    lines: tuple[Line, Line]
    other_path: Annotated[str, Meta(max_length=4096)]
    other_lines: tuple[Line, Line]


class Resemblance(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What of a project resembles what of one earlier submission, for reviewers alone: it is part of no record."""

    submission: Annotated[str, Meta(max_length=200)]
    report: Annotated[str, Meta(max_length=2_000)]
    """What the comparison says of it."""
    regions: Annotated[tuple[SharedLines, ...], Meta(max_length=1_000)]
    """What weighs most comes first."""


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """A unit of an earlier submission that resembles one that was asked about."""

    asked: int
    """Number of the unit that was asked about."""
    submission: str
    unit: int
    """Number of the unit in that submission's index."""
    bands: int
    """How many bands agree; 0 when it was found by its digest."""


class Dropped(msgspec.Struct, frozen=True, kw_only=True):
    """A bucket that holds more than is looked at: only its oldest ``kept`` units were."""

    asked: int
    band: int
    kept: int
    at_least: int
    """How many units the bucket holds; counted up to a bound."""


class Candidates(msgspec.Struct, frozen=True, kw_only=True):
    """What an index says: hits, oldest submission first, and what a cap left out, fullest bucket first."""

    hits: tuple[Hit, ...] = ()
    dropped: tuple[Dropped, ...] = ()


class Corpus(Protocol):
    """Earlier submissions as one plugin sees them, through what was made by its own present scheme.

    Whatever goes wrong with the store behind it is raised as ``StoreError``; let it pass, and the verdict is held.
    """

    @property
    def hotkey(self) -> str:
        """Who hands in the project under review; empty when nobody said."""
        ...

    def __len__(self) -> int:
        """How many earlier submissions there are."""
        ...

    def same_files(self, digests: Collection[str]) -> Mapping[str, Sequence[tuple[str, str]]]:
        """By SHA-256 of a file's bytes: submission and path of the oldest that hold the same file."""
        ...

    def same_project(self, digest: str) -> Sequence[str]:
        """Ids of the oldest submissions of exactly this project."""
        ...

    def same_units(self, index: Index) -> Candidates:
        """The oldest earlier units with the same digest as one of these."""
        ...

    def near(self, index: Index) -> Candidates:
        """Earlier units that share a bucket with one of these; rare buckets are looked at first."""
        ...

    def earlier(self, ids: Collection[str]) -> Mapping[str, EarlierSubmission]:
        """These earlier submissions by id; one that is not there is left out."""
        ...

    def fingerprint(self, submission: str) -> Mapping[str, Any]:
        """What this plugin's ``prism_fingerprint`` returned for an earlier submission.

        Raises:
            KeyError: there is no such submission, or no fingerprint of it.
        """
        ...

    def sample(self, limit: int) -> Sequence[str]:
        """Ids of at most so many submissions, as if drawn by lot: a later addition changes few of them."""
        ...

    def reference(self, name: str) -> Iterator[Mapping[str, Any]]:
        """Fingerprints of a reference set: ``name`` for its present version, ``name@3`` for that one.

        Raises:
            KeyError: there is no such set or version.
        """
        ...

    def reference_version(self, name: str) -> int:
        """The version that a reference set's name stands for now.

        Raises:
            KeyError: there is no such set or version.
        """
        ...

    @property
    def missing(self) -> int:
        """How many earlier submissions cannot be found because they are not indexed by this scheme yet."""
        ...

    @property
    def failure(self) -> StoreError | None:
        """The first failure of the store while this corpus was asked, whether or not the plugin let it pass."""
        ...


class CorpusSource(Protocol):
    """Where the gate gets each plugin's corpus from."""

    def corpus(self, plugin: str, scheme: Scheme | None) -> Corpus:
        """Earlier submissions for one plugin; ``scheme`` is ``None`` for a plugin that indexes nothing."""
        ...

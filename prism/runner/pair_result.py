"""What came of comparing two projects in the pair sandbox: scores that are checked like metrics, and evidence."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from prism.runner.metrics import MOST_OBSERVATIONS, Usage
from prism.runner.result import SENTENCES, Reason, RunStatus, status_of
from prism.runner.tripwire import Observation

PAIR_FORMAT = 1
SCORES = ("first_in_second", "second_in_first", "modules", "shapes", "outputs", "outputs_by_shape")
DECIDING = frozenset({"first_in_second", "second_in_first", "outputs", "outputs_by_shape"})
"""Scores that make a pair count as alike; many unrelated models have like modules and shapes."""

SideName = Literal["first", "second"]
Share = Annotated[float, Meta(ge=0, le=1)]
Count = Annotated[int, Meta(ge=0, le=2**63 - 1)]
Line = Annotated[int, Meta(ge=1, le=2**31 - 1)]
Path = Annotated[str, Meta(min_length=1, max_length=4096)]


class Scores(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """How alike the two are, from 0 to 1; a score that would say nothing is absent."""

    first_in_second: Share | None = None
    """The part of the first project's code, as operations without names, that is in the second one."""
    second_in_first: Share | None = None
    """The same the other way round."""
    modules: Share | None = None
    """How far the trees of modules agree: kinds of layers and what they are made of."""
    shapes: Share | None = None
    """How far the shapes of the parameters agree, in any order."""
    outputs: Share | None = None
    """Correlation of the predictions after parameters were put into the one and copied over to the other, the n-th of a
    shape to the n-th of that shape."""
    outputs_by_shape: Share | None = None
    """The same with equal numbers in all parameters of a shape, so that their order does not matter."""


class Place(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Lines of a project's file, first and last."""

    path: Path
    """File inside the project."""
    lines: tuple[Line, Line]
    """First and last line, counted from 1."""


class CodeMatch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A definition of the first project and the one of the second that is most like it."""

    first: Place
    """Where it stands in the first project."""
    second: Place
    """Where it stands in the second one."""
    likeness: Share
    """From 0 to 1."""


class TensorMatch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Two parameters that correspond; their names are the authors' own, so escape them when showing."""

    first: Annotated[str, Meta(max_length=100)]
    """Name in the first model."""
    second: Annotated[str, Meta(max_length=100)]
    """Name in the second one."""
    shape: Annotated[tuple[Count, ...], Meta(max_length=8)]
    """The shape that both have."""


class Sizes(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """How much of a project was compared; what was not looked at is absent."""

    definitions: Count | None = None
    """Definitions that were compared."""
    grams: Count | None = None
    """Different runs of operations in them."""
    modules: Count | None = None
    """Layers and what they are made of."""
    tensors: Count | None = None
    """Parameters as tensors."""
    parameters: Count | None = None
    """Numbers in all of them together."""


class BothSizes(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How much of each was compared."""

    first: Sizes = Sizes()
    """Of the first project."""
    second: Sizes = Sizes()
    """Of the second one."""


class BothUnread(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Files of each whose code could not be read, or is more than is compared; the first of them."""

    first: Annotated[tuple[Path, ...], Meta(max_length=20)] = ()
    """Of the first project."""
    second: Annotated[tuple[Path, ...], Meta(max_length=20)] = ()
    """Of the second one."""


class Evidence(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the scores rest on, for a person to check."""

    sizes: BothSizes = BothSizes()
    """How much of each was compared."""
    unread: BothUnread = BothUnread()
    """What of each was not."""
    matches: Annotated[tuple[CodeMatch, ...], Meta(max_length=40)] = ()
    """Definitions that are alike, the longest first."""
    tensors: Annotated[tuple[TensorMatch, ...], Meta(max_length=20)] = ()
    """Parameters that correspond, the largest first."""
    copied: Share | None = None
    """The part of the smaller model's parameters that have a place in the other one."""


class BothObserved(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What each side's code was seen to do while it ran."""

    first: Annotated[tuple[Observation, ...], Meta(max_length=MOST_OBSERVATIONS)]
    second: Annotated[tuple[Observation, ...], Meta(max_length=MOST_OBSERVATIONS)]


class PairReport(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The supervisor's report about a pair."""

    fault: Annotated[str, Meta(max_length=100)] | None
    detail: Annotated[str, Meta(max_length=2_000)]
    side: SideName | None
    scores: Annotated[dict[str, float], Meta(max_length=len(SCORES))]
    evidence: Evidence
    limits_hit: Annotated[tuple[Annotated[str, Meta(max_length=100)], ...], Meta(max_length=32)]
    observed: BothObserved
    usage: Usage
    log_tail: Annotated[str, Meta(max_length=8_192)]


class ReviewedSide(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One of the two projects, and what its static review said."""

    project_digest: str | None
    """Absent when intake refused it."""
    verdict: str
    """``approved``, ``held`` or ``rejected``."""
    may_run: bool
    """Whether there is a model to be built, and the review lets it: the project is approved, or held for nothing but
    its likeness to another one."""


class PairResult(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What came of one comparison. Its JSON Schema is published in ``docs/reference/pair.schema.json``."""

    pair_format: Annotated[int, Meta(ge=1)] = PAIR_FORMAT
    """Version of this record's form."""
    status: Literal["completed", "held"]
    """``held`` when the pair is alike, and whenever it could not be compared as far as the policy asks."""
    reason: str
    """One sentence: which score holds it, or what failed."""
    code: Reason
    """How the run ended."""
    side: SideName | None = None
    """Whose code made the run fail, where it was one's."""
    alike: tuple[str, ...] = ()
    """The scores that count and are at least ``runner.pair.hold``."""
    scores: Scores = Scores()
    """How alike the two are."""
    evidence: Evidence = Evidence()
    """What that rests on."""
    is_run: bool = False
    """Whether the policy wants the two models built and run; otherwise the code was only to be read."""
    first: ReviewedSide
    """The first project as it was reviewed."""
    second: ReviewedSide
    """The second one."""
    limits_hit: tuple[str, ...] = ()
    """Limits that were reached, by their names in the policy."""
    wall_seconds: float = 0.0
    """From asking for the container to its end; 0 without one."""
    cpu_seconds: float | None = None
    """Processor time of everything in the container; null where it could not be read."""
    peak_memory_bytes: float | None = None
    """Most memory that the container had at once; null where it could not be read."""


def sentence_of(code: Reason, side: SideName | None) -> str:
    """What a run's end means for a pair."""
    whose = f" (the {side} project)" if side and status_of(code) is RunStatus.FAILED else ""
    return f"{code}{whose}: {SENTENCES[code]}"

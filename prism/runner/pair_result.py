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
    lines: tuple[Line, Line]


class CodeMatch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A definition of the first project and the one of the second that is most like it."""

    first: Place
    second: Place
    likeness: Share


class TensorMatch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Two parameters that correspond; their names are the authors' own, so escape them when showing."""

    first: Annotated[str, Meta(max_length=100)]
    second: Annotated[str, Meta(max_length=100)]
    shape: Annotated[tuple[Count, ...], Meta(max_length=8)]


class Sizes(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """How much of a project was compared; what was not looked at is absent."""

    definitions: Count | None = None
    grams: Count | None = None
    modules: Count | None = None
    tensors: Count | None = None
    parameters: Count | None = None


class BothSizes(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How much of each was compared."""

    first: Sizes = Sizes()
    second: Sizes = Sizes()


class BothUnread(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Files of each whose code could not be read, or is more than is compared; the first of them."""

    first: Annotated[tuple[Path, ...], Meta(max_length=20)] = ()
    second: Annotated[tuple[Path, ...], Meta(max_length=20)] = ()


class Evidence(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the scores rest on, for a person to check."""

    sizes: BothSizes = BothSizes()
    unread: BothUnread = BothUnread()
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
    may_run: bool
    """Whether there is a model to be built, and the review lets it: the project is approved, or held for nothing but
    its likeness to another one."""


class PairResult(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What came of one comparison. Its JSON Schema is published in ``docs/reference/pair.schema.json``."""

    pair_format: Annotated[int, Meta(ge=1)] = PAIR_FORMAT
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
    evidence: Evidence = Evidence()
    is_run: bool = False
    """Whether the policy wants the two models built and run; otherwise the code was only to be read."""
    first: ReviewedSide
    second: ReviewedSide
    limits_hit: tuple[str, ...] = ()
    wall_seconds: float = 0.0
    cpu_seconds: float | None = None
    peak_memory_bytes: float | None = None


def sentence_of(code: Reason, side: SideName | None) -> str:
    """What a run's end means for a pair."""
    whose = f" (the {side} project)" if side and status_of(code) is RunStatus.FAILED else ""
    return f"{code}{whose}: {SENTENCES[code]}"

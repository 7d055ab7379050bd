"""An attack as data: what it tries, how it is judged and how to mend it; one kind for each way of judging."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from prism.policy.model import GpuChoice
from prism.runner.broker import Ending

Id = Annotated[str, Meta(pattern="^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=40)]


class Attack(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind"):
    """What every attack says of itself."""

    id: Id
    promise: str
    """What holds when the attack fails, in one sentence."""
    tries: str
    judged: str = ""
    """When the promise counts as kept; the kind's own rule where it is left out."""
    mend: str = ""
    """What an operator does about a broken promise; the group's where it is left out."""
    limits: dict[str, Any] = {}
    """Limits of the run other than those of :func:`prism.sandbox.specs.small_limits`."""


class Probe(Attack, frozen=True, kw_only=True, tag="probe"):
    """Code that judges itself, inside, by what the kernel answers; many share a container."""

    code: str
    inside: Literal["contestant", "container"] = "contestant"
    """Behind the evaluator's walls, as a submission, or behind the container's alone."""
    alone: bool = False
    """Whether it needs a container of its own."""
    seconds: float = 5.0
    silence: Literal["broken", "untestable"] = "untestable"
    """What it means when no answer comes."""


class Expectation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a container must have ended."""

    ending: Ending | None = None
    out_of_memory: bool | None = None


class Program(Attack, frozen=True, kw_only=True, tag="program"):
    """The first process of a container of its own, judged from outside by how that ended and what is left of it."""

    code: str
    expect: Expectation


class Line(Attack, frozen=True, kw_only=True, tag="line"):
    """Text that a container prints, which PRISM must not take for a result."""

    line: str = "PRISM-RESULT {nonce} {report}"
    metrics: str | None = None
    """The report's metrics as they stand in the JSON text, in place of good ones."""
    is_ready: bool = True
    is_long: bool = False
    """Whether it needs a container of its own, because a broker may bring back only so much."""
    exit_code: int = 0


class Request(Attack, frozen=True, kw_only=True, tag="request"):
    """A run spec that the broker must refuse."""

    gpu: GpuChoice | None = None
    network: str = ""
    image: str = ""


class Pair(Attack, frozen=True, kw_only=True, tag="pair"):
    """A program that runs in two containers at a time and says whether it reached the other."""

    code: str


class Project(Attack, frozen=True, kw_only=True, tag="project"):
    """A whole submission of one file that goes the way of every run, and must not complete."""

    code: str


AnyAttack = Probe | Program | Line | Request | Pair | Project


class Group(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The attacks of one file."""

    title: str
    mend: str
    attacks: tuple[AnyAttack, ...]

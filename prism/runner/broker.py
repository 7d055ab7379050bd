"""What a broker is: it turns a run spec into one container, and says what became of it without judging."""

import enum
from typing import Protocol, runtime_checkable

import msgspec

from prism.runner.spec import RunSpec


class Ending(enum.StrEnum):
    """Why a container is no more, by the broker's own knowledge and never by its exit code."""

    BY_ITSELF = "by-itself"
    TIME_LIMIT = "time-limit"
    OUTPUT_LIMIT = "output-limit"


class ContainerRecord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What became of one container."""

    ending: Ending
    exit_code: int
    out_of_memory: bool
    """Whether the kernel ended any of its processes for memory, as the engine reports it."""
    stdout: bytes
    """At most ``limits.output_bytes`` together with ``stderr``."""
    stderr: bytes
    is_cut: bool = False
    """Whether its output ended before it did, so that the end may be lost: the container closed it, or the network."""
    wall_seconds: float
    """From the start of the container to its end."""
    cpu_seconds: float | None = None
    peak_memory_bytes: float | None = None
    """Both of the whole container, if the broker had to end it and its engine counts them."""


class RunningJob(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One container that exists now."""

    job_id: str
    state: str
    """As the engine names it: ``created``, ``running``, ``exited``."""
    is_abandoned: bool
    """Whether the process that started it is known to be gone."""


class Broker(Protocol):
    """Launches containers. Every method raises ``RunnerError`` when the engine, the image or the network fails."""

    def run(self, spec: RunSpec) -> ContainerRecord:
        """Run one container to its end and remove it, whatever happens.

        Raises:
            RunnerError: it could not be started, observed or removed, or a limit cannot be enforced here.
        """

    def cleanup(self, job_id: str) -> int:
        """Remove what is left of a job; how many containers that were."""

    def list(self) -> tuple[RunningJob, ...]:
        """The jobs whose containers exist now, by job id."""


@runtime_checkable
class IdentifiedBroker(Broker, Protocol):
    """A broker that can say where its containers run, so that a verification of it can be kept."""

    def identity(self, image: str) -> dict[str, str]:
        """What a verification holds for: engine, versions, settings and the digest of the image, by name.

        Whatever may change what a container can do must change this. Nothing in it is secret.

        Raises:
            RunnerError: the engine does not answer, or has no such image.
        """

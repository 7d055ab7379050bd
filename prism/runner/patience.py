"""A stranger's broker under a time limit, so that nobody waits for it for ever.

PRISM's own brokers keep their times themselves and end orderly when they are told to. Of another one nobody knows
that, so it works in a thread that is left behind when its time is over, and is asked to clean up.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Final, TypeVar

from prism.errors import PrismError, RunnerError
from prism.plugin_failure import PluginFailedError, caught, within
from prism.runner.broker import Broker, ContainerRecord, IdentifiedBroker, RunningJob
from prism.runner.result import Reason
from prism.runner.spec import RunSpec

T = TypeVar("T")
PATIENCE_SECONDS: Final = 600.0
"""What a broker may take beside the run itself, to find room and to clean up; a ``patience_seconds`` of its own counts
more."""
ANSWER_SECONDS: Final = 60.0
"""What it may take for anything but a run."""


class PatientBroker:
    """A broker that always comes back: with a container's record, or with an error that holds the submission."""

    def __init__(self, broker: Broker, plugin: str) -> None:
        self._broker = broker
        self._plugin = plugin
        self._patience = float(getattr(broker, "patience_seconds", PATIENCE_SECONDS))

    def run(self, spec: RunSpec) -> ContainerRecord:
        """Run one container to its end.

        Raises:
            RunnerError: the broker's own; or it raised something else, returned no record, or did not come back.
        """
        seconds = spec.limits.wall_seconds + self._patience
        try:
            record = self._within(seconds, lambda: self._broker.run(spec))
        except BaseException:  # also when somebody interrupts who waits: the broker has not noticed
            with suppress(RunnerError):
                self.cleanup(spec.job_id)
            raise
        if isinstance(record, ContainerRecord):
            return record
        raise self._unusable(f"returned {type(record).__name__} for a run, not a record")

    def cleanup(self, job_id: str) -> int:
        """Remove what is left of a job."""
        return self._within(ANSWER_SECONDS, lambda: self._broker.cleanup(job_id))

    def list(self) -> tuple[RunningJob, ...]:
        """The jobs whose containers exist now."""
        return self._within(ANSWER_SECONDS, lambda: tuple(self._broker.list()))

    def _within(self, seconds: float, work: Callable[[], T]) -> T:
        def run() -> T:
            with caught():
                return work()

        try:
            return within(seconds, run)
        except PluginFailedError as error:
            if isinstance(error.__cause__, PrismError):  # says what and what to do better than we could
                raise error.__cause__ from error
            raise self._unusable(f"brought {error}") from error

    def _unusable(self, what: str) -> RunnerError:
        return RunnerError(
            f"the broker of plugin {self._plugin!r} {what}",
            where=self._plugin,
            do="look for what is left of the run, and mend the plugin",
            code=Reason.RUN_LOST,
        )


class PatientIdentifiedBroker(PatientBroker):
    """The same for a broker that can say where its containers run."""

    def __init__(self, broker: IdentifiedBroker, plugin: str) -> None:
        super().__init__(broker, plugin)
        self._identified = broker

    def identity(self, image: str) -> dict[str, str]:
        """What a verification holds for."""
        return self._within(ANSWER_SECONDS, lambda: self._identified.identity(image))


def patient(broker: object, plugin: str) -> Broker:
    """A stranger's broker under a time limit.

    Raises:
        TypeError: it lacks one of the three methods of a broker.
    """
    lacking = [name for name in ("run", "cleanup", "list") if not callable(getattr(broker, name, None))]
    if lacking:
        raise TypeError(f"{type(broker).__name__} is no broker: it has no {lacking[0]}()")
    if isinstance(broker, IdentifiedBroker):
        return PatientIdentifiedBroker(broker, plugin)
    return PatientBroker(broker, plugin)  # type: ignore[arg-type] # its methods were looked for

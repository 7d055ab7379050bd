"""A broker that asks before each launch whether it may: whoever gives a run up can have it ended, and no other begins.

A run whose container goes away is tried again, because that may pass. Where the container was removed on purpose, it
must not.
"""

from collections.abc import Callable

from prism.runner.broker import Broker, ContainerRecord, IdentifiedBroker, RunningJob
from prism.runner.spec import RunSpec


def asking(broker: Broker, require: Callable[[], None]) -> Broker:
    """The broker, which launches nothing when ``require`` raises."""
    if isinstance(broker, IdentifiedBroker):
        return _AskingIdentifiedBroker(broker, require)
    return _AskingBroker(broker, require)


class _AskingBroker:
    def __init__(self, broker: Broker, require: Callable[[], None]) -> None:
        self._broker = broker
        self._require = require

    def run(self, spec: RunSpec) -> ContainerRecord:
        """Run one container, if it may."""
        self._require()
        return self._broker.run(spec)

    def cleanup(self, job_id: str) -> int:
        """Remove what is left of a job."""
        return self._broker.cleanup(job_id)

    def list(self) -> tuple[RunningJob, ...]:
        """The jobs whose containers exist now."""
        return self._broker.list()


class _AskingIdentifiedBroker(_AskingBroker):
    """The same for a broker that can say where its containers run."""

    def __init__(self, broker: IdentifiedBroker, require: Callable[[], None]) -> None:
        super().__init__(broker, require)
        self.identity = broker.identity

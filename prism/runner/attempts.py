"""A run whose failure was ours is tried again after a while; what is left of the failed attempt is removed before."""

import time

from prism.errors import RunnerError
from prism.runner.broker import Broker, ContainerRecord
from prism.runner.result import Reason
from prism.runner.spec import RunSpec

PASSING = frozenset({Reason.RUNNER_UNAVAILABLE, Reason.ENGINE_UNAVAILABLE, Reason.RUN_DISTURBED})
"""Errors that may be gone a moment later; the others stay until somebody does something."""

WAITS_SECONDS = (0.0, 0.5, 2.5)
"""Before each attempt; whoever has a queue tries again much later."""


def record_of(broker: Broker, spec: RunSpec) -> ContainerRecord:
    """What became of the run's container, in the first attempt in which there was one.

    Raises:
        RunnerError: the last attempt's, or the first that waiting cannot mend.
    """
    for number, wait in enumerate(WAITS_SECONDS, start=1):
        time.sleep(wait)
        try:
            if number > 1:
                broker.cleanup(spec.job_id)
            return broker.run(spec)
        except RunnerError as error:
            if error.code not in PASSING or number == len(WAITS_SECONDS):
                raise
    raise AssertionError("there is always an attempt")

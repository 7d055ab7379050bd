"""What the image of ``patient.Dockerfile`` runs: PRISM's supervisor, with an evaluation that lasts until it is told."""

import signal
import time

from prism.evaluator import supervisor
from prism.evaluator.evaluation import Metrics, Stage
from prism.evaluator.job import Job

is_told = False


def note(*_: object) -> None:
    global is_told  # noqa: PLW0603 - a signal has no other way to tell
    is_told = True


def evaluate(_job: Job, _stage: Stage) -> Metrics:
    """Whatever was handed in, half of what can be had."""
    while not is_told:
        time.sleep(0.02)
    return {"heldout_bits_per_byte": 4.0}


if __name__ == "__main__":
    signal.signal(signal.SIGUSR1, note)
    supervisor.main(evaluate)

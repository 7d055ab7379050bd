"""Each line about a submission names it in a field of its own, whichever thread writes it."""

import io
import json
import logging
import time
from collections.abc import Iterator

import pytest

from prism.errors import RunnerError
from prism.runner.broker import ContainerRecord, RunningJob
from prism.runner.spec import RunSpec
from prism.service.holding import Hold
from prism.service.logs import JsonFormatter
from prism.service.queue import Queue
from tests.service.deliveries import ALICE, upload


class Away:
    """A broker whose engine does not answer."""

    def run(self, spec: RunSpec) -> ContainerRecord:
        raise RunnerError("no engine answers", where=spec.job_id, do="start it")

    def cleanup(self, job_id: str) -> int:
        raise RunnerError("no engine answers", where=job_id, do="start it")

    def list(self) -> tuple[RunningJob, ...]:
        return ()


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What the service's log would hold."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    logger = logging.getLogger("prism.service")
    logger.addHandler(handler)
    yield stream
    logger.removeHandler(handler)


def test_what_is_ended_in_a_thread_of_its_own_is_named(queue: Queue, written: io.StringIO) -> None:
    queue.accept(upload("a"), ALICE)
    claim = queue.claim("tested")
    assert claim is not None
    hold = Hold(queue, claim)
    hold.broker(Away())
    hold.lose()
    deadline = time.monotonic() + 20
    while not written.getvalue().endswith("\n") and time.monotonic() < deadline:
        time.sleep(0.01)
    (line,) = map(json.loads, written.getvalue().splitlines())
    assert line["submission"] == claim.entry.id
    assert "its run could not be ended" in line["message"]

"""The connection to a run is lost on its way, while the engine and the run are well: what came of it is not known."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from prism.evaluator.job import READY_LINE
from prism.runner import attachment
from prism.runner.broker import ContainerRecord, Ending
from prism.runner.docker_broker import DockerBroker
from prism.runner.result import Reason
from prism.runner.run import judged
from tests.runner.conftest import QUICK
from tests.runner.lossy_engine import ENGINE
from tests.runner.test_docker_broker import spec
from tests.service.faults.line import Connection, Line, line_to

pytestmark = pytest.mark.docker
CODE = f"import time; print({READY_LINE[:3]!r} + {READY_LINE[3:]!r}, flush=True); time.sleep(2); print('the end')"
"""In two parts, because the engine says the command of a container, too."""


@pytest.fixture
def line() -> Iterator[Line]:
    with line_to(ENGINE) as opened:
        yield opened


def run(line: Line, fault: Callable[[Connection], None]) -> ContainerRecord:
    """What is recorded of a run to whose connection something happens when it has begun; it leaves nothing behind."""
    wanted = spec(CODE)
    far = DockerBroker({"base_url": f"tcp://127.0.0.1:{line.port}"})
    line.listen_for(READY_LINE.encode())
    with ThreadPoolExecutor(1) as executor:
        running = executor.submit(far.run, wanted)
        fault(line.speaker())
        record = running.result(60)
    assert wanted.job_id not in {job.job_id for job in far.list()}
    return record


@pytest.mark.parametrize("fault", [Connection.reset, Connection.hush], ids=["broken", "silent"])
def test_a_run_whose_end_was_lost_on_the_way_is_not_charged(
    broker: DockerBroker, line: Line, fault: Callable[[Connection], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attachment, "LOOK_SECONDS", 0.5)
    record = run(line, fault)
    result = judged(record, "nonce", QUICK)
    assert (record.ending, record.exit_code, record.is_cut) == (Ending.BY_ITSELF, 0, True)
    assert b"the end" not in record.stdout
    assert (result.reason, result.submission_status) == (Reason.RUN_DISTURBED, "held")


def test_a_run_that_says_all_is_not_cut(broker: DockerBroker, line: Line) -> None:
    record = run(line, lambda _connection: None)
    assert record.stdout.endswith(b"the end\n")
    assert not record.is_cut

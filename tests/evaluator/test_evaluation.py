"""What fails before a contestant knows of a project is not the project's fault; a time that is up may be."""

import pytest

from prism.evaluator.evaluation import prepare
from prism.evaluator.fault import Fault, FaultError
from prism.evaluator.job import GPU_UNAVAILABLE, JobError
from prism.evaluator.process import StartError
from tests.evaluator.test_job import JOB
from tests.evaluator.test_process import contestant

PREPARED = "receive(3, 1000); send(4, Message(header={'kind': 'prepared', 'lacks': LACKS})); time.sleep(60)"


def test_a_contestant_that_is_ready_is_told_no_more_than_the_context() -> None:
    code = "said = receive(3, 1000); print(sorted(said.header), flush=True)\n" + PREPARED.partition("; ")[2]
    with contestant(code.replace("LACKS", "''")) as (started, log):
        prepare(JOB, started, is_first=True)
        started.close()

    assert log.tail() == "['context', 'gpus', 'threads']\n"


def test_what_the_container_lacks_is_a_job_that_cannot_be_run() -> None:
    with (
        contestant(PREPARED.replace("LACKS", "'1 GPU'")) as (started, _),
        pytest.raises(JobError, match="1 GPU") as caught,
    ):
        prepare(JOB, started)

    assert caught.value.code == GPU_UNAVAILABLE


@pytest.mark.parametrize(
    ("code", "seconds", "is_first"),
    [("sys.exit(1)", 20, False), ("sys.exit(1)", 20, True), ("time.sleep(60)", 0.3, True)],
)
def test_a_framework_that_does_not_load_is_nobodys_fault_but_ours(code: str, seconds: float, is_first: bool) -> None:
    with contestant(code, seconds=seconds) as (started, _), pytest.raises(StartError, match="could not be loaded"):
        prepare(JOB, started, is_first=is_first)


def test_time_that_an_earlier_contestant_has_used_up_is_the_projects() -> None:
    with contestant("time.sleep(60)", seconds=0.3) as (started, _), pytest.raises(FaultError) as caught:
        prepare(JOB, started)

    assert (caught.value.fault, caught.value.limit) == (Fault.TIME_LIMIT, "wall_seconds")

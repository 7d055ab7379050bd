"""What is tried again and what is not: only failures of ours that pass, and never beside what is left of the last."""

import pytest

from prism.errors import RunnerError
from prism.runner import attempts
from prism.runner.attempts import PASSING, record_of
from prism.runner.broker import ContainerRecord, RunningJob
from prism.runner.result import OURS
from prism.runner.spec import RunSpec
from tests.runner.test_docker_broker import spec
from tests.runner.test_run import record


class Weak:
    """A broker that fails so many times, and notes in which order it was asked for what."""

    def __init__(self, failures: int, code: str, *, cleans: bool = True) -> None:
        self.failures = failures
        self.code = code
        self.cleans = cleans
        self.asked: list[str] = []
        self.job_id = ""

    def run(self, spec: RunSpec) -> ContainerRecord:
        self.asked.append("run")
        self.job_id = spec.job_id
        if self.asked.count("run") <= self.failures:
            raise RunnerError("it failed", code=self.code)
        return record()

    def cleanup(self, job_id: str) -> int:
        self.asked.append("cleanup")
        assert job_id == self.job_id
        if not self.cleans:
            raise RunnerError("it is away", code="engine-unavailable")
        return 0

    def list(self) -> tuple[RunningJob, ...]:
        return ()


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempts, "WAITS_SECONDS", (0.0, 0.0, 0.0))


@pytest.mark.parametrize("code", sorted(PASSING))
def test_what_passes_is_tried_again_after_cleaning_up(code: str) -> None:
    broker = Weak(2, code)

    assert record_of(broker, spec("")) == record()
    assert broker.asked == ["run", "cleanup", "run", "cleanup", "run"]


@pytest.mark.parametrize("code", sorted(OURS - PASSING))
def test_what_stays_is_not_tried_again(code: str) -> None:
    broker = Weak(1, code)
    with pytest.raises(RunnerError) as caught:
        record_of(broker, spec(""))

    assert (caught.value.code, broker.asked) == (code, ["run"])


def test_it_is_given_up_in_the_end() -> None:
    broker = Weak(9, "runner-unavailable")
    with pytest.raises(RunnerError):
        record_of(broker, spec(""))

    assert broker.asked.count("run") == 3


def test_nothing_runs_beside_what_could_not_be_cleaned_up() -> None:
    broker = Weak(1, "runner-unavailable", cleans=False)
    with pytest.raises(RunnerError) as caught:
        record_of(broker, spec(""))

    assert (caught.value.code, broker.asked) == ("engine-unavailable", ["run", "cleanup", "cleanup"])

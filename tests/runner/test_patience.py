"""A stranger's broker always comes back, with a record or with an error that holds the submission."""

import threading
from collections.abc import Callable

import pytest

from prism.errors import RunnerError
from prism.policy.model import RunLimits
from prism.runner.broker import Broker, ContainerRecord, Ending, IdentifiedBroker, RunningJob
from prism.runner.patience import patient
from prism.runner.result import OURS, Reason
from prism.runner.spec import RunSpec

SPEC = RunSpec(job_id="run-1", image="i", user="65534:65534", network="none", limits=RunLimits(wall_seconds=1))
RECORD = ContainerRecord(
    ending=Ending.BY_ITSELF, exit_code=0, out_of_memory=False, stdout=b"", stderr=b"", wall_seconds=1.0
)


class StrangeBroker:
    """Does in a run what a test wants, and notes which jobs it was asked to clean up."""

    patience_seconds = -0.9

    def __init__(self, run: Callable[[], object]) -> None:
        self._run = run
        self.cleaned: list[str] = []

    def run(self, spec: RunSpec) -> object:
        assert spec == SPEC
        return self._run()

    def cleanup(self, job_id: str) -> int:
        self.cleaned.append(job_id)
        return 1

    def list(self) -> tuple[RunningJob, ...]:
        raise ZeroDivisionError


class IdentifiedStrangeBroker(StrangeBroker):
    def identity(self, image: str) -> dict[str, str]:
        return {"image": image}


def exits() -> object:
    raise SystemExit(0)


def says_no() -> object:
    raise RunnerError("no room", where="w", do="d", code=Reason.ENGINE_FULL)


def interrupted() -> object:
    raise KeyboardInterrupt


def test_a_record_is_passed_on() -> None:
    own = StrangeBroker(lambda: RECORD)
    assert patient(own, "p").run(SPEC) == RECORD
    assert own.cleaned == []


@pytest.mark.parametrize(
    ("run", "what", "code"),
    [
        (threading.Event().wait, "the broker of plugin 'p' brought nothing within 0.1 s", Reason.RUN_LOST),
        (dict, "the broker of plugin 'p' returned dict for a run, not a record", Reason.RUN_LOST),
        (exits, "the broker of plugin 'p' brought SystemExit: 0", Reason.RUN_LOST),
        (says_no, "no room", Reason.ENGINE_FULL),
    ],
)
def test_whatever_else_happens_is_an_error_of_ours(run: Callable[[], object], what: str, code: Reason) -> None:
    own = StrangeBroker(run)
    with pytest.raises(RunnerError) as refusal:
        patient(own, "p").run(SPEC)
    assert refusal.value.what.startswith(what)
    assert refusal.value.code == code
    assert code in OURS


def test_what_is_left_behind_is_cleaned_up() -> None:
    own = StrangeBroker(threading.Event().wait)
    with pytest.raises(RunnerError):
        patient(own, "p").run(SPEC)
    assert own.cleaned == ["run-1"]
    stopped = StrangeBroker(interrupted)
    with pytest.raises(KeyboardInterrupt):
        patient(stopped, "p").run(SPEC)
    assert stopped.cleaned == ["run-1"]


def test_everything_else_is_guarded_too() -> None:
    broker: Broker = patient(StrangeBroker(lambda: RECORD), "p")
    assert broker.cleanup("x") == 1
    with pytest.raises(RunnerError, match="ZeroDivisionError"):
        broker.list()
    assert not isinstance(broker, IdentifiedBroker)


def test_a_broker_that_knows_where_it_is_still_does() -> None:
    broker = patient(IdentifiedStrangeBroker(lambda: RECORD), "p")
    assert isinstance(broker, IdentifiedBroker)
    assert broker.identity("i") == {"image": "i"}


def test_what_is_no_broker_is_refused() -> None:
    with pytest.raises(TypeError, match=r"object is no broker: it has no run\(\)"):
        patient(object(), "p")

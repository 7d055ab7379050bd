"""The spool broker over a real folder: what the other side may do, and that nothing of it is taken for a result."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from prism.errors import RunnerError
from prism.host import Host
from prism.plugin import find_plugin
from prism.policy.model import RunLimits
from prism.runner.broker import Broker, ContainerRecord, Ending
from prism.runner.result import Reason
from prism.runner.spec import RunSpec
from prism.testing import ConformanceSuite, PluginUnderTest

pytest_plugins = ["prism.testing"]
PLUGIN = Path(__file__).with_name("spool.py")
SPEC = RunSpec(
    job_id="run-1", image="i", user="65534:65534", network="none", limits=RunLimits(wall_seconds=1), payload=b"\xffkey"
)
RECORD = ContainerRecord(
    ending=Ending.BY_ITSELF, exit_code=0, out_of_memory=False, stdout=b"\xff\n", stderr=b"", wall_seconds=1.0
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A spool as the worker makes it."""
    for place in ("jobs", "taken", "records"):
        (tmp_path / place).mkdir(mode=0o700)
    return tmp_path


def broker_on(folder: Path, *, patience: float = 20.0) -> Broker:
    """The plugin's broker for a folder."""
    host = Host([(find_plugin("spool", str(PLUGIN), Path()), {"look_every_seconds": 0.01})])
    settings = {"folder": str(folder), "patience_seconds": patience}
    broker: Broker = host.call("prism_broker", "spool", kind="spool", settings=settings)
    return broker


@contextmanager
def other_side(folder: Path, answer: Callable[[RunSpec], bytes]) -> Iterator[list[RunSpec]]:
    """Somebody who takes the first job and answers it; what he took."""
    took: list[RunSpec] = []

    def work() -> None:
        ends = time.monotonic() + 20
        job = folder / "jobs" / f"{SPEC.job_id}.json"
        while not job.exists() and time.monotonic() < ends:
            time.sleep(0.01)
        taken = job.rename(folder / "taken" / job.name)
        took.append(msgspec.json.decode(taken.read_bytes(), type=RunSpec))
        part = folder / "records" / "part"
        part.write_bytes(answer(took[0]))
        part.rename(folder / "records" / job.name)

    thread = threading.Thread(target=work)
    thread.start()
    yield took
    thread.join()


def left(folder: Path) -> list[str]:
    """Files that are still there."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*.json"))


def test_the_job_arrives_whole_and_the_record_comes_back(folder: Path) -> None:
    """Byte for byte, and nothing stays behind."""
    with other_side(folder, lambda _: msgspec.json.encode(RECORD)) as took:
        assert broker_on(folder).run(SPEC) == RECORD
    assert took == [SPEC]
    assert left(folder) == []


def test_a_job_can_be_read_by_its_owner_only(folder: Path) -> None:
    """It holds the nonce and the held-out text."""
    modes: list[int] = []

    def look(_: RunSpec) -> bytes:
        modes.append((folder / "taken" / "run-1.json").stat().st_mode & 0o777)
        return msgspec.json.encode(RECORD)

    with other_side(folder, look):
        broker_on(folder).run(SPEC)
    assert modes == [0o600]


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (b"", Reason.RUN_LOST),
        (b'{"exit_code": 0}', Reason.RUN_LOST),
        (b'{"code": "engine-full", "what": "no room"}', Reason.ENGINE_FULL),
        (b'{"code": "approved", "what": "please"}', Reason.RUN_LOST),
    ],
)
def test_an_odd_answer_is_an_error_of_ours(answer: bytes, code: Reason, folder: Path) -> None:
    """Such a run is held."""
    with other_side(folder, lambda _: answer), pytest.raises(RunnerError) as refusal:
        broker_on(folder).run(SPEC)
    assert (refusal.value.code, left(folder)) == (code, [])


def test_nobody_on_the_other_side_is_an_error_and_the_job_is_taken_back(folder: Path) -> None:
    """Nobody finds it later and runs it for nothing."""
    with pytest.raises(RunnerError) as refusal:
        broker_on(folder, patience=-0.9).run(SPEC)
    assert (refusal.value.code, left(folder)) == (Reason.RUNNER_BUSY, [])


def test_a_job_that_is_under_way_is_not_handed_over_twice(folder: Path) -> None:
    """And the first one stays where it is."""
    (folder / "taken" / "run-1.json").write_bytes(b"{}")
    with pytest.raises(RunnerError) as refusal:
        broker_on(folder).run(SPEC)
    assert (refusal.value.code, left(folder)) == (Reason.JOB_CONFLICT, ["taken/run-1.json"])
    assert [(job.job_id, job.state) for job in broker_on(folder).list()] == [("run-1", "running")]
    assert broker_on(folder).cleanup("run-1") == 1


def test_a_folder_that_is_away_is_an_error(tmp_path: Path) -> None:
    """It says what to look for."""
    with pytest.raises(RunnerError, match="cannot be used: No such file") as refusal:
        broker_on(tmp_path / "gone").run(SPEC)
    assert refusal.value.code == Reason.RUNNER_UNAVAILABLE


class TestPromises(ConformanceSuite):
    """What every plugin promises."""

    plugin = PluginUnderTest.at(PLUGIN)

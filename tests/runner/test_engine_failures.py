"""An engine that goes away, is full, or may not be talked to: a clear error of ours, and nothing left behind."""

import contextlib
import gc
import os
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from prism.errors import RunnerError
from prism.policy.model import RunLimits, RunnerPolicy
from prism.runner.attempts import record_of
from prism.runner.broker import Ending
from prism.runner.docker_broker import DockerBroker
from prism.runner.result import Reason
from prism.runner.run import Texts, run_snapshot
from prism.runner.spec import RunSpec
from tests.runner.second_engine import IMAGE, SecondEngine, second_engine
from tests.runner.test_attacks import ENTRYPOINTS, project
from tests.runner.test_docker_broker import host_config, spec

pytestmark = pytest.mark.docker
MIB = 1024 * 1024


@pytest.fixture
def alone() -> Iterator[SecondEngine]:
    with second_engine() as engine:
        yield engine


def sleeping(seconds: float) -> RunSpec:
    return msgspec.structs.replace(
        spec(""), image=IMAGE, command=("sleep", str(seconds)), limits=RunLimits(wall_seconds=60, pids=64)
    )


class Watched(threading.Thread):
    """A run in another thread, and what it ended with."""

    def __init__(self, broker: DockerBroker, wanted: RunSpec) -> None:
        super().__init__()
        self.broker, self.wanted = broker, wanted
        self.ended: tuple[str, str] | None = None

    def run(self) -> None:
        """Run it and keep the code and the advice of the error it ends with."""
        try:
            self.broker.run(self.wanted)
        except RunnerError as error:
            self.ended = (error.code, error.do)


def test_an_engine_that_dies_in_mid_run_is_not_the_miners_fault_and_comes_back_clean(alone: SecondEngine) -> None:
    broker, wanted = DockerBroker({"base_url": alone.address}), sleeping(50)
    watched = Watched(broker, wanted)
    watched.start()
    with contextlib.closing(alone.client()) as client:
        host_config(client, wanted.job_id)
    alone.kill()
    watched.join()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # the SDK leaves sockets open on which nobody answered
        gc.collect()
    with pytest.raises(RunnerError) as away:
        broker.list()
    alone.start()
    left = broker.list()
    record = record_of(broker, sleeping(0))

    assert watched.ended is not None
    assert watched.ended[0] == "runner-unavailable"
    assert watched.ended[1]
    assert away.value.code == "engine-unavailable"
    assert [(job.job_id, job.is_abandoned) for job in left] == [(wanted.job_id, True)]
    assert (record.ending, record.exit_code) == (Ending.BY_ITSELF, 0)
    assert broker.list() == ()


def test_an_engine_that_comes_back_in_time_gets_the_run_again(alone: SecondEngine) -> None:
    broker, wanted = DockerBroker({"base_url": alone.address}), sleeping(1)
    results: list[object] = []
    running = threading.Thread(target=lambda: results.append(record_of(broker, wanted)))
    with contextlib.closing(alone.client()) as client:
        running.start()
        host_config(client, wanted.job_id)
        (container,) = client.containers.list()
        container.kill()
    running.join()

    (record,) = results
    assert isinstance(record, msgspec.Struct)
    assert (record.ending, record.exit_code) == (Ending.BY_ITSELF, 0)  # type: ignore[attr-defined]  # a record
    assert broker.list() == ()


def test_a_full_disk_is_named_and_leaves_nothing() -> None:
    with second_engine(disk_bytes=48 * MIB) as engine:
        broker = DockerBroker({"base_url": engine.address})
        assert broker.run(sleeping(0)).exit_code == 0
        filler = engine.data / "filler"
        with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
            while True:
                file.write(bytes(MIB))
        with pytest.raises(RunnerError) as caught:
            broker.run(sleeping(0))
        filler.unlink()
        left = broker.list()
        after = broker.run(sleeping(0))

    assert caught.value.code == Reason.ENGINE_FULL
    assert "df" in caught.value.do
    assert left == ()
    assert after.exit_code == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_a_socket_that_this_user_may_not_use_is_said_plainly(broker: DockerBroker, tmp_path: Path) -> None:
    assert broker.list() is not None  # all that is imported late is there before this is another user
    os.seteuid(65534)
    try:
        result = run_snapshot(project("honest"), ENTRYPOINTS, RunnerPolicy(), broker, texts=Texts())
    finally:
        os.seteuid(0)

    assert (result.reason, result.submission_status) == (Reason.ENGINE_UNAVAILABLE, "held")
    assert "Permission denied" in result.log_tail
    assert "allow this user" in result.log_tail


def test_an_engine_that_accepts_and_says_nothing_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    from prism.runner import engine

    monkeypatch.setattr(engine, "_API_SECONDS", 1)
    with socket.socket(socket.AF_UNIX) as mute:
        mute.bind(str(tmp_path / "mute.sock"))
        mute.listen()
        with pytest.raises(RunnerError) as caught:
            DockerBroker({"base_url": f"unix://{tmp_path}/mute.sock"}).run(spec(""))

    assert caught.value.code == "engine-unavailable"

"""Workers and services that are told to end: what is under way is finished, or given back at once and whole."""

import signal
from pathlib import Path

import pytest

from prism.runner.docker_broker import DockerBroker
from prism.service.queue import Queue
from prism.store import open_store
from prism.submission import SubmissionStatus
from tests.service.deliveries import ALICE, archive, upload
from tests.service.faults.runs import APPROVED, is_running, policy_of
from tests.service.faults.workers import QUICK, Worker, containers, row, until, worker
from tests.service.house import House
from tests.service.http.servers import running

HOUR = {"PRISM_QUEUE_LEASE_SECONDS": "3600", "PRISM_GRACE_SECONDS": "3600"}
"""Nothing that ends in time can have waited for one of these."""
HELD = upload(archive({"model.py": "a = 1  # HOLD\n"}))


def require_given_back(queue: Queue, id_: str, *jobs: str) -> None:
    """As if nobody had claimed it; whoever claims next gets it now, and makes sure that these jobs are gone."""
    entry = queue.entry(id_)
    assert (entry.status, entry.attempts, entry.reason) == (SubmissionStatus.PENDING, 0, "")
    claim = queue.claim("next")
    assert claim is not None
    assert (claim.entry.id, claim.earlier_jobs) == (id_, jobs)
    queue.release(claim)


@pytest.mark.parametrize("signals", [1, 2])
def test_a_worker_in_mid_review_gives_back_at_the_end_of_its_grace_or_when_told_again(
    tmp_path: Path, signals: int
) -> None:
    house, location, policy = House(tmp_path), str(tmp_path / "store.sqlite3"), tmp_path / "policy.yaml"
    house.tell("wait")
    grace = "0.5" if signals == 1 else HOUR["PRISM_GRACE_SECONDS"]
    with open_store(location) as store:
        queue = Queue(store)
        id_ = queue.accept(HELD, ALICE).entry.id
        with worker(location, policy, tmp_path, **{**HOUR, "PRISM_GRACE_SECONDS": grace}) as ending:
            until(lambda: queue.entry(id_).status is SubmissionStatus.RUNNING, ending.log)
            tell_to_end(ending)
            if signals == 2:
                assert queue.entry(id_).status is SubmissionStatus.RUNNING
                ending.tell(signal.SIGTERM)
            until(lambda: queue.entry(id_).status is SubmissionStatus.PENDING, ending.log)
            house.tell("wait", "")
            assert ending.process.wait(30) == 0
        require_given_back(queue, id_)


def tell_to_end(ending: Worker) -> None:
    """Send a signal, and wait until it was obeyed: two that come at once are one."""
    ending.tell(signal.SIGTERM)
    until(lambda: "told to end: submissions under way: 1" in ending.log(), ending.log)


def test_a_worker_that_is_told_to_end_finishes_what_can_be_finished(tmp_path: Path) -> None:
    house, location, policy = House(tmp_path), str(tmp_path / "store.sqlite3"), tmp_path / "policy.yaml"
    house.tell("wait")
    with open_store(location) as store:
        queue = Queue(store)
        id_ = queue.accept(HELD, ALICE).entry.id
        with worker(location, policy, tmp_path, **HOUR) as ending:
            until(lambda: queue.entry(id_).status is SubmissionStatus.RUNNING, ending.log)
            tell_to_end(ending)
            later = queue.accept(upload(archive({"model.py": "b = 1\n"})), ALICE).entry.id
            house.tell("wait", "")
            assert ending.process.wait(30) == 0
        assert (queue.entry(id_).status, queue.entry(later).status) == ("held", "pending")
        assert row(location, later)[1] == 0


@pytest.mark.docker
def test_a_worker_that_is_told_twice_in_mid_run_leaves_no_container(
    tmp_path: Path, broker: DockerBroker, patient: str
) -> None:
    location, policy = str(tmp_path / "store.sqlite3"), policy_of(patient, tmp_path)
    with open_store(location) as store:
        queue = Queue(store)
        id_ = queue.accept(upload(APPROVED), ALICE).entry.id
        with worker(location, policy, tmp_path, **HOUR) as ending:
            until(lambda: is_running(broker, f"{id_}-1"), ending.log)
            tell_to_end(ending)
            ending.tell(signal.SIGTERM)
            assert ending.process.wait(60) == 0
        assert containers(broker, id_) == []
        require_given_back(queue, id_, f"{id_}-1")
        assert "Traceback" not in ending.log()


@pytest.mark.parametrize("signals", [1, 2])
def test_a_service_that_ends_takes_its_worker_along_and_gives_back(tmp_path: Path, signals: int) -> None:
    house, location = House(tmp_path), str(tmp_path / "store.sqlite3")
    house.tell("wait")
    settings = {**QUICK, **HOUR, "PRISM_GRACE_SECONDS": "0.5" if signals == 1 else "3600"}
    options = ("--settings", str(tmp_path / "settings.toml"))
    (tmp_path / "settings.toml").touch()
    policy = str(tmp_path / "policy.yaml")
    with running(location, tmp_path, *options, PRISM_POLICY=policy, **settings) as server:
        id_ = server.hand_in(HELD.body).json["id"]
        until(lambda: server.ask("GET", f"/v1/submissions/{id_}").json["status"] == "running")
        beside = workers_of(server.process.pid)
        for number in range(signals):
            server.process.send_signal(signal.SIGTERM)
            if number == 0 and signals == 2:
                until(lambda: is_closed(server.port))
        with open_store(location) as store:
            until(lambda: Queue(store).entry(id_).status is SubmissionStatus.PENDING)
            house.tell("wait", "")
            assert server.process.wait(30) == 0
            until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in beside))
            require_given_back(Queue(store), id_)


def workers_of(parent: int) -> list[int]:
    """The processes that a service has started."""
    found = Path(f"/proc/{parent}/task").glob("*/children")
    return [int(pid) for file in found for pid in file.read_text().split()]


def is_closed(port: int) -> bool:
    """Whether nobody listens there any more."""
    import socket

    with socket.socket() as door:
        return door.connect_ex(("127.0.0.1", port)) != 0

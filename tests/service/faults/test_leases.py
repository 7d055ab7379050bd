"""Workers that race for the same submissions, and one that is stopped for longer than its lease and comes back."""

import contextlib
import signal
from pathlib import Path

import pytest

from prism.runner.docker_broker import DockerBroker
from prism.service.queue import Queue
from prism.service.records import Origin
from prism.store import open_store
from tests.service.deliveries import ALICE, archive, upload
from tests.service.faults.runs import APPROVED, is_running, policy_of, until_told_runs_ended
from tests.service.faults.workers import (
    LEASE_OF_ONE_WHO_STAYS,
    LEASE_OF_ONE_WHO_STOPS,
    containers,
    require_whole,
    row,
    stop,
    until,
    until_ended,
    worker,
)
from tests.service.house import House

BATCHES = (2, 4, 2, 4)
"""Of three who race, one goes without in every other; all get something in the others."""


def test_workers_that_race_for_a_submission_get_it_one_at_a_time(location: str, tmp_path: Path) -> None:
    """All of them wait until there is something, and half the time there is too little."""
    House(tmp_path)
    policy = tmp_path / "policy.yaml"
    with open_store(location) as store, contextlib.ExitStack() as stack:
        queue, ids = Queue(store), list[str]()
        racers = [stack.enter_context(worker(location, policy, tmp_path, **LEASE_OF_ONE_WHO_STAYS)) for _ in range(3)]
        until(lambda: all("works on the queue" in each.log() for each in racers))
        for size in BATCHES:
            for number in range(len(ids), len(ids) + size):
                sent = upload(archive({"model.py": f"a = {number}  # HOLD\n"}))
                ids.append(queue.accept(sent, Origin(hotkey=f"hotkey {number}")).entry.id)
            until_ended(queue)
        require_whole(location, dict.fromkeys(ids, "held"))
        assert {row(location, id_)[1] for id_ in ids} == {1}
        assert len({queue.detail(id_).rounds[0].worker for id_ in ids}) > 1


def test_a_worker_that_was_stopped_past_its_lease_records_nothing(location: str, tmp_path: Path) -> None:
    house, policy = House(tmp_path), tmp_path / "policy.yaml"
    house.tell("wait")
    with open_store(location) as store:
        queue = Queue(store)
        id_ = queue.accept(upload(archive({"model.py": "a = 1  # HOLD\n"})), ALICE).entry.id
        with worker(location, policy, tmp_path, **LEASE_OF_ONE_WHO_STOPS) as late:
            until((tmp_path / "waiting").exists, late.log)
            stop(late, location)
            with worker(location, policy, tmp_path, **LEASE_OF_ONE_WHO_STAYS) as heir:
                until(lambda: queue.entry(id_).attempts == 2, heir.log)
                house.tell("wait", "")
                until_ended(queue, id_)
                late.tell(signal.SIGCONT)
                until(lambda: "another worker has it" in late.log(), late.log)
        require_whole(location, {id_: "held"})
        assert row(location, id_)[1] == 2


@pytest.mark.docker
def test_workers_that_are_killed_and_stopped_in_mid_run_lose_their_containers_and_the_results(
    tmp_path: Path, broker: DockerBroker, patient: str
) -> None:
    """One is killed, the next is stopped past its lease and comes back, and the third completes the submission."""
    location, policy = str(tmp_path / "store.sqlite3"), policy_of(patient, tmp_path)
    with open_store(location) as store:
        queue = Queue(store)
        id_ = queue.accept(upload(APPROVED), ALICE).entry.id
        with worker(location, policy, tmp_path, **LEASE_OF_ONE_WHO_STOPS) as killed:
            until(lambda: is_running(broker, f"{id_}-1"), killed.log)
            killed.tell(signal.SIGKILL)
        with worker(location, policy, tmp_path, **LEASE_OF_ONE_WHO_STOPS) as late:
            until(lambda: is_running(broker, f"{id_}-2"), late.log)
            assert containers(broker, id_) == [f"{id_}-2"]
            stop(late, location)
            with worker(location, policy, tmp_path, **LEASE_OF_ONE_WHO_STAYS) as heir:
                until(lambda: is_running(broker, f"{id_}-3"), heir.log)
                assert containers(broker, id_) == [f"{id_}-3"]
                late.tell(signal.SIGCONT)
                until_told_runs_ended(broker, queue, id_)
                until(lambda: "another worker has it" in late.log(), late.log)
        require_whole(location, {id_: "completed"})
        entry, claims = row(location, id_)
    assert (entry.attempts, claims) == (3, 3)
    assert entry.score == 0.5
    assert containers(broker, id_) == []

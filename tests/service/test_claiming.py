"""Whose turn it is, and that nobody has what another has."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import update

from prism.service.clock import LONGEST_WAIT
from prism.service.limits import QueueLimits
from prism.service.queue import Queue
from prism.service.records import Act, Claim, Origin
from prism.service.refusal import LeaseLostError
from prism.store import open_store
from prism.store.queue_tables import entries
from prism.submission import Submission, SubmissionStatus
from tests.service.deliveries import ALICE, BOB, TROUBLE, completed, upload


def hand_in(queue: Queue, *pairs: tuple[str, str], priority: int = 0) -> None:
    for hotkey, content in pairs:
        queue.accept(upload(content), Origin(hotkey=hotkey), priority=priority)


def taken(queue: Queue, worker: str = "w") -> Claim:
    claim = queue.claim(worker)
    assert claim is not None
    return claim


def expire(queue: Queue, claim: Claim) -> None:
    """Let the time of a lease, or of a wait, pass."""
    with queue.store.database.writing() as connection:
        over = {"due_at": entries.c.due_at - LONGEST_WAIT}
        connection.execute(update(entries).where(entries.c.id == claim.entry.id).values(over))


def expired(queue: Queue) -> Claim:
    claim = taken(queue)
    expire(queue, claim)
    return claim


def test_hotkeys_take_turns(queue: Queue) -> None:
    hand_in(queue, ("alice", "1"), ("alice", "2"), ("alice", "3"), ("bob", "1"), ("carol", "1"))
    order = [taken(queue).entry.hotkey for _ in range(5)]
    assert order == ["alice", "bob", "carol", "alice", "alice"]
    assert queue.claim("w") is None


def test_a_priority_goes_before_turns(queue: Queue) -> None:
    hand_in(queue, ("alice", "1"), ("bob", "1"))
    hand_in(queue, ("alice", "urgent"), priority=5)
    first = taken(queue)
    assert (first.entry.hotkey, first.entry.priority) == ("alice", 5)
    assert taken(queue).entry.hotkey == "bob"


def test_what_is_claimed_is_running(queue: Queue, told: list[Submission]) -> None:
    hand_in(queue, ("alice", "1"))
    claim = taken(queue)
    assert (claim.entry.status, claim.entry.attempts) == (SubmissionStatus.RUNNING, 1)
    assert claim.job_id == f"{claim.entry.id}-1"
    assert (claim.earlier_jobs, claim.approved_rules, claim.is_probe) == ((), None, False)
    assert [each.status for each in told] == [SubmissionStatus.PENDING, SubmissionStatus.RUNNING]


def test_a_lease_that_is_over_goes_to_the_next(queue: Queue) -> None:
    hand_in(queue, ("alice", "1"))
    first = taken(queue, "first")
    assert queue.claim("second") is None
    expire(queue, first)
    second = taken(queue, "second")
    assert second.earlier_jobs == (first.job_id,)
    expire(queue, second)
    third = taken(queue, "third")
    assert third.earlier_jobs == (first.job_id, second.job_id)
    for late in (first, second):
        assert not queue.heartbeat(late)
        with pytest.raises(LeaseLostError):
            queue.finish(late, completed())
        with pytest.raises(LeaseLostError):
            queue.retry(late, TROUBLE)
        queue.release(late)
    assert queue.entry(first.entry.id).status is SubmissionStatus.RUNNING
    assert queue.finish(third, completed()).status is SubmissionStatus.COMPLETED
    assert not queue.heartbeat(third)


def test_a_heartbeat_keeps_a_lease_alive(queue: Queue) -> None:
    hand_in(queue, ("alice", "1"))
    claim = taken(queue)
    expire(queue, claim)
    assert queue.heartbeat(claim)
    assert queue.claim("other") is None


def test_nothing_is_completed_twice(queue: Queue) -> None:
    hand_in(queue, ("alice", "1"))
    claim = taken(queue)
    queue.finish(claim, completed(0.25))
    with pytest.raises(LeaseLostError):
        queue.finish(claim, completed(0.75))
    detail = queue.detail(claim.entry.id)
    assert (detail.entry.score, len(detail.rounds)) == (0.25, 1)
    assert [each.act for each in detail.decisions] == [Act.VERDICT, Act.RUN]


def test_what_was_given_back_has_lost_nothing(queue: Queue) -> None:
    hand_in(queue, ("alice", "1"))
    queue.release(taken(queue))
    again = taken(queue)
    assert (again.entry.attempts, again.earlier_jobs) == (1, ())


def test_a_failure_of_ours_waits_longer_each_time_and_ends_with_an_operator(queue: Queue) -> None:
    hand_in(queue, ("alice", "1"))
    for attempt in (1, 2):
        claim = taken(queue)
        entry = queue.retry(claim, TROUBLE)
        assert (entry.status, entry.reason, entry.attempts) == (SubmissionStatus.PENDING, "back-off", attempt)
        assert "secret" not in entry.text
        assert "secret" in entry.note
        assert queue.claim("w") is None
        expire(queue, claim)
    dead = queue.retry(taken(queue), TROUBLE)
    assert (dead.status, dead.reason, dead.is_dead) == (SubmissionStatus.HELD, "dead-letter", True)
    assert queue.state().dead == 1
    assert [each.act for each in queue.detail(dead.id).decisions] == [Act.DEAD_LETTER]


def test_what_kills_its_workers_ends_with_an_operator(queue: Queue) -> None:
    hand_in(queue, ("alice", "1"), priority=1)
    hand_in(queue, ("bob", "1"))
    alice = {expired(queue).entry.id for _ in range(3)}
    assert taken(queue).entry.hotkey == "bob"
    dead = queue.entry(*alice)
    assert (dead.status, dead.is_dead) == (SubmissionStatus.HELD, True)
    assert "worker-lost" in dead.note


def test_what_only_found_no_room_has_not_been_tried(queue: Queue) -> None:
    hand_in(queue, ("alice", "1"))
    busy = type(TROUBLE)(reason="runner-busy", text="no room", is_counted=False)
    for _ in range(5):
        claim = taken(queue)
        assert queue.retry(claim, busy).attempts == 0
        expire(queue, claim)


@pytest.mark.parametrize("jump", [-86_400_000_000, 86_400_000_000])
def test_a_clock_that_jumps_frees_a_lease_and_lets_nobody_complete_twice(queue: Queue, jump: int) -> None:
    """What was written before the jump is a day too early or too late."""
    hand_in(queue, ("alice", "1"))
    first = taken(queue, "first")
    with queue.store.database.writing() as connection:
        connection.execute(update(entries).values(due_at=entries.c.due_at + jump))
    second = taken(queue, "second")
    assert not queue.heartbeat(first)
    queue.finish(second, completed())
    with pytest.raises(LeaseLostError):
        queue.finish(first, completed())


def test_after_a_reboot_no_lease_holds(tmp_path: Path) -> None:
    with open_store(str(tmp_path / "store.sqlite3")) as store:
        queue = Queue(store)
        hand_in(queue, ("alice", "1"))
        first = taken(queue)
        with store.database.writing() as connection:
            connection.execute(update(entries).values(clock="another boot"))
        assert taken(queue).earlier_jobs == (first.job_id,)


def test_workers_that_race_never_get_the_same(location: str) -> None:
    with open_store(location, wait_seconds=20) as store:
        queue = Queue(store, QueueLimits(hotkey_waiting=100))
        for number in range(40):
            queue.accept(upload(str(number)), ALICE if number % 2 else BOB)

        def work(name: str) -> list[str]:
            mine = []
            while (claim := queue.claim(name)) is not None:
                mine.append(claim.entry.id)
            return mine

        with ThreadPoolExecutor(6) as pool:
            claimed = [each for mine in pool.map(work, map(str, range(6))) for each in mine]
    assert len(claimed) == len(set(claimed)) == 40

"""An upload becomes a submission, once, and no hotkey can fill the queue."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text, update

from prism.errors import UsageError
from prism.service.accepting import Terms, accept
from prism.service.limits import QueueLimits
from prism.service.queue import Queue
from prism.service.records import MICROSECONDS, Form, Origin
from prism.service.refusal import KeyReusedError, LimitError
from prism.service.room import Room
from prism.store import open_store
from prism.store.queue_tables import entries
from prism.submission import Submission, SubmissionStatus
from tests.service.deliveries import ALICE, BOB, completed, upload


def test_what_was_accepted_is_there_for_everybody(queue: Queue, location: str, told: list[Submission]) -> None:
    sent = upload(b"PK\x00\xff", Form.ZIP)
    answer = queue.accept(sent, Origin(hotkey="alice", uid=7, nonce="n"))
    with open_store(location) as other:
        seen = Queue(other)
        assert seen.entry(answer.entry.id) == answer.entry
        assert seen.upload(answer.entry.id) == sent
    assert answer.is_new
    assert (answer.entry.status, answer.entry.uid, answer.entry.size) == (SubmissionStatus.PENDING, 7, 4)
    assert [each.id for each in told] == [answer.entry.id]


def test_the_same_bytes_of_the_same_hotkey_are_the_same_submission(queue: Queue, told: list[Submission]) -> None:
    first = queue.accept(upload("a"), ALICE)
    again = queue.accept(upload("a"), ALICE, idempotency_key="any")
    assert (again.entry, again.is_new) == (first.entry, False)
    assert queue.accept(upload("a"), BOB).entry.id != first.entry.id
    assert len(told) == 2


def test_they_stay_the_same_when_it_has_ended(queue: Queue) -> None:
    first = queue.accept(upload("a"), ALICE)
    claim = queue.claim("w")
    assert claim is not None
    ended = queue.finish(claim, completed())
    again = queue.accept(upload("a"), ALICE)
    assert (again.entry, again.is_new) == (ended, False)
    assert ended.id == first.entry.id


def test_a_key_stands_for_the_bytes_it_came_with(queue: Queue) -> None:
    first = queue.accept(upload("a"), ALICE, idempotency_key="k")
    assert queue.accept(upload("a"), ALICE, idempotency_key="k").entry == first.entry
    with pytest.raises(KeyReusedError):
        queue.accept(upload("b"), ALICE, idempotency_key="k")
    assert queue.accept(upload("b"), BOB, idempotency_key="k").is_new  # another's key is another key


def test_a_hotkey_may_hand_in_so_much_an_hour(queue: Queue) -> None:
    for name in "abcde":
        queue.accept(upload(name), ALICE)
        claim = queue.claim("w")
        assert claim is not None
        queue.finish(claim, completed())
    with pytest.raises(LimitError) as refused:
        queue.accept(upload("f"), ALICE)
    assert refused.value.code == "rate-limited"
    assert 3_500 < refused.value.retry_after_seconds <= 3_600
    assert not queue.accept(upload("a"), ALICE).is_new  # what is there already costs nothing
    assert queue.accept(upload("f"), BOB).is_new


def test_an_hour_later_it_may_again(queue: Queue) -> None:
    for name in "abcd":
        queue.accept(upload(name), ALICE)
    with queue.store.database.writing() as connection:
        an_hour = {"received_at": entries.c.received_at - 3_601 * MICROSECONDS, "status": "failed"}
        connection.execute(update(entries).values(an_hour))
    assert queue.accept(upload("e"), ALICE).is_new


def test_only_so_much_of_a_hotkey_and_of_all_waits(queue: Queue) -> None:
    for name in "abcd":
        queue.accept(upload(name), ALICE)
    with pytest.raises(LimitError) as refused:
        queue.accept(upload("e"), ALICE)
    assert (refused.value.code, refused.value.retry_after_seconds) == ("queue-full", 60)
    for name in "ab":
        queue.accept(upload(name), BOB)
    with pytest.raises(LimitError) as refused:
        queue.accept(upload("a"), Origin(hotkey="carol"))
    assert refused.value.code == "queue-full"


def test_who_comes_later_is_later_even_if_the_clock_was_set_back(queue: Queue) -> None:
    first = queue.accept(upload("a"), ALICE).entry
    tomorrow = first.received_at + 86_400 * MICROSECONDS
    with queue.store.database.writing() as connection:
        connection.execute(update(entries).values(received_at=tomorrow))
    assert queue.accept(upload("b"), BOB).entry.received_at == tomorrow + 1


@pytest.mark.parametrize("hotkey", ["a\nb", "x" * 256, "\ud800"])
def test_what_cannot_be_a_hotkey_is_refused(queue: Queue, hotkey: str) -> None:
    with pytest.raises(UsageError):
        queue.accept(upload("a"), Origin(hotkey=hotkey))


def test_many_at_once_are_one_by_one(location: str) -> None:
    """Eight threads hand in the same for one hotkey, and something of their own for another each."""
    with open_store(location, wait_seconds=20) as store:
        queue = Queue(store, QueueLimits())

        def hand_in(number: int) -> tuple[bool, int]:
            queue.accept(upload(f"own {number}"), Origin(hotkey=f"hotkey {number}"))
            answer = queue.accept(upload("same"), ALICE, idempotency_key="k")
            return answer.is_new, answer.entry.received_at

        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(hand_in, range(8)))
        listed = queue.state().counts["pending"]
    assert sorted(is_new for is_new, _ in answers) == [False] * 7 + [True]
    assert len({moment for _, moment in answers}) == 1
    assert listed == 9


def test_a_quota_holds_for_those_who_come_at_once(location: str) -> None:
    with open_store(location, wait_seconds=20) as store:
        queue = Queue(store, QueueLimits(hotkey_waiting=3))

        def hand_in(number: int) -> bool:
            try:
                return queue.accept(upload(f"{number}"), ALICE).is_new
            except LimitError:
                return False

        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(hand_in, range(8))) == 3


def test_postgresql_plans_once_for_all_and_goes_by_the_indexes(postgres: Callable[[], str]) -> None:
    """However empty the tables were when it did; and nothing of that stays behind in the connection."""
    terms = Terms(QueueLimits(), Room(1_000))
    reads = text("SELECT sum(seq_scan) FROM pg_stat_xact_user_tables")
    with open_store(postgres()) as store:
        with store.database.writing(locks_itself=True) as connection:
            before = connection.scalar(reads)
            for number in range(20):
                sent, origin = upload(f"{number}"), Origin(hotkey=f"hotkey {number}")
                assert accept(connection, sent, origin, terms, key=f"{number}", priority=0).is_new
            assert connection.scalar(reads) == before
            plans = connection.execute(text("SELECT sum(generic_plans), sum(custom_plans) FROM pg_prepared_statements"))
            generic, custom = plans.one()
            assert generic > 2 * custom
        with store.database.reading() as connection:
            settings = [connection.scalar(text(f"SHOW {name}")) for name in ("plan_cache_mode", "enable_seqscan")]
    assert settings == ["force_custom_plan", "on"]

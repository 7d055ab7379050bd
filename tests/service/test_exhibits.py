"""The files of what is held or rejected: kept for operators, in both databases, and not for longer than they say."""

import msgspec
import pytest
from sqlalchemy import func, select, update

from prism.errors import StoreError
from prism.gate import Gate
from prism.service.limits import QueueLimits
from prism.service.queue import Queue
from prism.service.records import Choice, Resolution
from prism.store import Store
from prism.store.check import check
from prism.store.queue_tables import exhibits
from tests.service.deliveries import ALICE, BOB, archive, upload
from tests.service.house import House, work_off
from tests.service.http.ended import APPROVED, HELD, REJECTED


def handed_in(queue: Queue, model: str, note: str = "") -> str:
    return queue.accept(upload(archive({"model.py": model, "README.md": f"# {note}\n"})), ALICE).entry.id


def shown(queue: Queue, submission: str) -> bytes | None:
    found = queue.sources(queue.entry(submission))
    return None if found is None else found.snapshot.contents["model.py"]


def count(store: Store) -> int:
    with store.database.reading() as connection:
        return connection.scalar(select(func.count()).select_from(exhibits)) or 0


def test_the_files_of_what_is_rejected_or_held_are_kept(store: Store, queue: Queue) -> None:
    held, rejected = handed_in(queue, HELD), handed_in(queue, REJECTED)
    refused = queue.accept(upload("no archive"), BOB).entry.id
    with Gate.from_policy("default") as gate:
        work_off(store, gate)
    assert [queue.entry(each).status for each in (held, rejected, refused)] == ["held", "rejected", "rejected"]
    assert (shown(queue, held), shown(queue, rejected)) == (HELD.encode(), REJECTED.encode())
    assert shown(queue, refused) is None
    assert {each.id for each in store.submissions()} == {held}, "nobody is compared with what is rejected"
    queue.resolve(held, Resolution(choice=Choice.REJECT, operator="ada", reason="no"))
    assert shown(queue, held) == HELD.encode()
    assert check(store) == []
    store.forget(id=rejected)
    assert count(store) == 1


def test_what_is_approved_is_in_the_corpus_alone(
    store: Store, queue: Queue, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A submission that was held for a while, and then was not, leaves nothing aside."""
    house = House(tmp_path_factory.mktemp("house"))
    house.tell("broker", "no-gpu")
    submission = handed_in(queue, APPROVED + "# HOLD\n")
    with house.gate() as gate:
        work_off(store, gate)
        assert (queue.entry(submission).status, count(store)) == ("held", 1)
        queue.resolve(submission, Resolution(choice=Choice.APPROVE, operator="ada", reason="fine"))
        assert shown(queue, submission) is not None, "an operator who looks while it waits sees it as well"


def test_files_of_rejected_submissions_go_in_time(store: Store) -> None:
    queue = Queue(store, QueueLimits(rejected_sources_days=7))
    held, old, new = handed_in(queue, HELD), handed_in(queue, REJECTED, "old"), handed_in(queue, REJECTED, "new")
    with Gate.from_policy("default") as gate:
        work_off(store, gate)
    assert queue.forget_old_exhibits() == 0
    age(store, held, days=100)
    age(store, old, days=8)
    with Gate.from_policy("default") as gate:
        work_off(store, gate, queue.limits)
    assert (shown(queue, held), shown(queue, old), shown(queue, new)) == (HELD.encode(), None, REJECTED.encode())
    assert Queue(store, QueueLimits(rejected_sources_days=0)).forget_old_exhibits() == 1
    assert count(store) == 1


def test_the_oldest_go_when_there_is_no_room(store: Store) -> None:
    queue = Queue(store, QueueLimits(rejected_sources_mib=1))
    old, new = handed_in(queue, REJECTED, "old"), handed_in(queue, REJECTED, "new")
    with Gate.from_policy("default") as gate:
        work_off(store, gate)
    age(store, old, days=1)
    with store.database.writing() as connection:
        connection.execute(update(exhibits).values(packed_size=700_000))
    assert queue.forget_old_exhibits() == 1
    assert (shown(queue, old), shown(queue, new)) == (None, REJECTED.encode())


def test_files_that_were_changed_are_not_shown(store: Store, queue: Queue) -> None:
    submission = handed_in(queue, REJECTED)
    with Gate.from_policy("default") as gate:
        work_off(store, gate)
    with store.database.writing() as connection:
        connection.execute(update(exhibits).values(packed=msgspec.msgpack.encode({})))
    with pytest.raises(StoreError, match="are damaged"):
        queue.sources(queue.entry(submission))


def age(store: Store, submission: str, *, days: int) -> None:
    with store.database.writing() as connection:
        older = exhibits.c.kept_at - days * 86_400_000_000
        connection.execute(update(exhibits).where(exhibits.c.entry == submission).values(kept_at=older))

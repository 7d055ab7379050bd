"""Uploads that come at once share one transaction of SQLite, and none of them the fate of another."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from prism.errors import StoreError
from prism.service.gathering import Gathering, Work
from prism.service.queue import Queue
from prism.service.records import Accepted, Entry, Origin
from prism.service.refusal import QueueFullError
from prism.store import Store, open_store
from tests.service.deliveries import ALICE, upload

WAIT_SECONDS = 0.3


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store in a file."""
    with open_store(str(tmp_path / "store.sqlite3"), wait_seconds=20) as opened:
        yield opened


@pytest.fixture
def entry(store: Store) -> Entry:
    """What the works below answer with."""
    return Queue(store).accept(upload("x"), ALICE).entry


def writes(name: str, entry: Entry, seen: list[int]) -> Work:
    """Work that writes a row, and notes in which transaction."""

    def work(connection: Connection) -> Accepted:
        seen.append(id(connection.get_transaction()))
        connection.execute(text("INSERT INTO hotkeys VALUES (:name, 0)"), {"name": name})
        return Accepted(entry=entry, is_new=True)

    return work


def fails(error: Exception) -> Work:
    """Work that writes a row and then refuses."""

    def work(connection: Connection) -> Accepted:
        connection.execute(text("INSERT INTO hotkeys VALUES ('refused', 0)"))
        raise error

    return work


def breaks(connection: Connection) -> Accepted:
    """Work that the database refuses."""
    connection.execute(text("INSERT INTO hotkeys VALUES ('broken', 0)"))
    connection.execute(text("INSERT INTO nowhere VALUES (1)"))
    raise AssertionError


def at_once(gathering: Gathering, first: Work, works: Sequence[Work]) -> list[Future[Accepted]]:
    """What works come to that have all arrived while the first one had the turn."""
    has_begun, may_end = threading.Event(), threading.Event()

    def slow(connection: Connection) -> Accepted:
        has_begun.set()
        assert may_end.wait(20)
        return first(connection)

    with ThreadPoolExecutor(len(works) + 1) as pool:
        leader = pool.submit(gathering.take_in, slow)
        assert has_begun.wait(20)
        others = [pool.submit(gathering.take_in, work) for work in works]
        until(lambda: len(gathering.arrived) == len(works))
        may_end.set()
    return [leader, *others]


def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def rows(store: Store) -> set[str]:
    with store.database.reading() as connection:
        return set(connection.scalars(text("SELECT hotkey FROM hotkeys"))) - {"alice"}


def test_those_who_wait_are_taken_in_by_one_transaction(store: Store, entry: Entry) -> None:
    seen: list[int] = []
    works = [writes(name, entry, seen) for name in "abcd"]
    answers = at_once(Gathering(store.database), works[0], works[1:])
    assert [each.result().entry for each in answers] == [entry] * 4
    assert rows(store) == set("abcd")
    assert len(set(seen[1:])) == 1


def test_one_that_is_refused_does_not_undo_the_rest(store: Store, entry: Entry) -> None:
    refused, bug = QueueFullError("full", retry_after_seconds=1), ZeroDivisionError("a bug")
    works = [writes("a", entry, []), fails(refused), writes("b", entry, []), fails(bug), writes("c", entry, [])]
    answers = at_once(Gathering(store.database), works[0], works[1:])
    assert [each.exception() for each in answers] == [None, refused, None, bug, None]
    assert rows(store) == set("abc")


def test_one_that_breaks_the_transaction_fails_alone(store: Store, entry: Entry) -> None:
    works = [writes("a", entry, []), writes("b", entry, []), breaks, writes("c", entry, [])]
    answers = at_once(Gathering(store.database), works[0], works[1:])
    assert [type(each.exception()) for each in answers] == [type(None), type(None), StoreError, type(None)]
    assert rows(store) == set("abc")


@pytest.mark.usefixtures("entry")
def test_what_is_refused_altogether_writes_nothing(store: Store) -> None:
    errors = [QueueFullError(name, retry_after_seconds=1) for name in "abc"]
    wal = Path(f"{store.where}-wal")
    before = wal.stat()
    answers = at_once(Gathering(store.database), fails(errors[0]), [fails(error) for error in errors[1:]])
    assert [each.exception() for each in answers] == errors
    assert rows(store) == set()
    assert (wal.stat().st_size, wal.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)


def test_what_is_answered_is_durable(store: Store, entry: Entry, tmp_path: Path) -> None:
    """Whoever has an answer finds it kept, as another process would, whether it had the turn or waited for it."""
    gathering = Gathering(store.database)

    def take_in(name: str) -> bool:
        gathering.take_in(writes(name, entry, []))
        with closing(sqlite3.connect(tmp_path / "store.sqlite3")) as other:
            found = other.execute("SELECT count(*) FROM hotkeys WHERE hotkey = ?", (name,)).fetchone()
        return bool(found == (1,))

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(take_in, [f"hotkey {number}" for number in range(40)]))


def test_a_database_that_is_locked_is_waited_for_once(store: Store, entry: Entry) -> None:
    """Those who wait together are told together, and may come again."""
    with (
        open_store(store.where, wait_seconds=WAIT_SECONDS) as impatient,
        closing(sqlite3.connect(store.where, isolation_level=None)) as other,
        ThreadPoolExecutor(6) as pool,
    ):
        gathering = Gathering(impatient.database)
        other.execute("BEGIN IMMEDIATE")
        answers = [pool.submit(gathering.take_in, writes(name, entry, [])) for name in "abcdef"]
        errors = [each.exception() for each in answers]
        other.execute("ROLLBACK")
        assert {getattr(error, "code", None) for error in errors} == {"store-locked"}
        assert rows(store) == set()
        gathering.take_in(writes("again", entry, []))
    assert rows(store) == {"again"}


def test_the_limits_hold_among_those_who_share_a_transaction(store: Store) -> None:
    queue = Queue(store)
    limit = queue.limits.hotkey_waiting
    with ThreadPoolExecutor(limit + 4) as pool, store.database.writing():
        answers = [pool.submit(queue.accept, upload(f"{n}"), Origin(hotkey="h")) for n in range(limit + 4)]
        others = [pool.submit(queue.accept, upload(f"{n}"), Origin(hotkey=f"h{n}")) for n in range(4)]
    assert sorted(type(each.exception()).__name__ for each in answers) == ["NoneType"] * limit + ["QueueFullError"] * 4
    assert len({each.result().entry.received_at for each in others}) == 4

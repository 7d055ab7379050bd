"""The log of decisions: nothing in it can be changed, left out or cut off unseen, and the database refuses to try."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Connection, delete, insert, select, text, update

from prism.errors import StoreError
from prism.service import audit
from prism.service.limits import QueueLimits
from prism.service.queue import Queue
from prism.service.records import Act
from prism.store import Store, open_store, tables
from prism.store.queue_tables import decisions, rounds
from tests.service.deliveries import ALICE, completed, upload


def problems(store: Store, expected: str = "") -> list[str]:
    with store.database.reading() as connection:
        return [f"{each.where}: {each.what}" for each in audit.verify(connection, expected=expected)]


def decide(store: Store, number: int) -> str:
    with store.database.writing() as connection:
        return audit.add(connection, actor="operator:olga", act=Act.RERUN, body={"number": number, "é": "\x00"}).digest


def unguarded(connection: Connection) -> None:
    """What somebody does who owns the database: take the triggers away."""
    if connection.dialect.name == "sqlite":
        for change in ("update", "delete"):
            connection.execute(text(f"DROP TRIGGER decisions_no_{change}"))
    else:
        connection.execute(text("DROP TRIGGER decisions_are_final ON decisions"))


def test_a_log_that_nobody_touched_is_whole(queue: Queue) -> None:
    queue.accept(upload("a"), ALICE)
    claim = queue.claim("w")
    assert claim is not None
    queue.finish(claim, completed())
    digest = decide(queue.store, 1)
    assert problems(queue.store, digest) == []
    assert [each.number for each in queue.decisions()] == [1, 2, 3]
    assert queue.decisions(after=2, limit=5)[0].digest == digest


def test_a_store_in_which_nothing_was_decided_has_a_log_too(store: Store) -> None:
    assert problems(store) == []


@pytest.mark.parametrize(
    "change", [update(decisions).values(actor="x"), delete(decisions)], ids=["a change", "a deletion"]
)
def test_the_database_refuses(store: Store, change: object) -> None:
    decide(store, 1)
    with pytest.raises(StoreError), store.database.writing() as connection:
        connection.execute(change)  # type: ignore[call-overload] # either of the two
    assert problems(store) == []


def cut_the_end(connection: Connection) -> None:
    connection.execute(delete(decisions).where(decisions.c.number == 5))


def cut_the_beginning(connection: Connection) -> None:
    connection.execute(delete(decisions).where(decisions.c.number == 1))


def cut_the_middle(connection: Connection) -> None:
    connection.execute(delete(decisions).where(decisions.c.number == 3))


def change_one(connection: Connection) -> None:
    connection.execute(update(decisions).where(decisions.c.number == 3).values(actor="operator:eve"))


def change_a_body(connection: Connection) -> None:
    connection.execute(update(decisions).where(decisions.c.number == 3).values(body="not JSON"))


def sign_a_change(connection: Connection) -> None:
    """A decision that is changed together with its digest does not fit the next one."""
    row = connection.execute(select(decisions).where(decisions.c.number == 3)).one()
    fields = {"number": 3, "at": row.at, "actor": "operator:eve", "act": row.act, "submission": "", "body": {}}
    digest = audit.digest_of({**fields, "previous": row.previous})
    changed = {"actor": "operator:eve", "body": "{}", "digest": digest}
    connection.execute(update(decisions).where(decisions.c.number == 3).values(changed))


def put_one_in(connection: Connection) -> None:
    row = connection.execute(select(decisions).where(decisions.c.number == 5)).one()
    connection.execute(insert(decisions), {**row._mapping, "number": 6})


@pytest.mark.parametrize(
    "tamper",
    [cut_the_end, cut_the_beginning, cut_the_middle, change_one, change_a_body, sign_a_change, put_one_in],
)
def test_whatever_is_done_to_it_is_found(store: Store, tamper: Callable[[Connection], None]) -> None:
    for number in range(5):
        decide(store, number)
    with store.database.writing() as connection:
        unguarded(connection)
        tamper(connection)
    assert problems(store)


def test_a_chain_made_anew_lacks_what_is_known_elsewhere(store: Store) -> None:
    decide(store, 0)
    known = decide(store, 1)
    with store.database.writing() as connection:
        unguarded(connection)
        connection.execute(delete(decisions))
        head = tables.settings.c.name == "decisions"
        connection.execute(update(tables.settings).where(head).values(value=f"0 {audit.BEGINNING}"))
    decide(store, 7)
    assert problems(store) == []
    assert problems(store, known) == [f"the whole log: the decision with digest {known} is not in it"]


def test_a_review_that_nobody_decided_on_is_found(queue: Queue) -> None:
    queue.accept(upload("a"), ALICE)
    claim = queue.claim("w")
    assert claim is not None
    queue.finish(claim, completed())
    with queue.store.database.writing() as connection:
        connection.execute(update(rounds).values(review_sha256="1" * 64))
    assert len(problems(queue.store)) == 1
    with pytest.raises(StoreError):
        queue.detail(claim.entry.id)


def test_those_who_decide_at_once_make_one_chain(location: str) -> None:
    with open_store(location, wait_seconds=20) as store:
        Queue(store, QueueLimits()).state()
        with ThreadPoolExecutor(6) as pool:
            digests = set(pool.map(lambda number: decide(store, number), range(60)))
        assert problems(store) == []
        assert {each.digest for each in Queue(store).decisions()} == digests
        assert len(digests) == 60

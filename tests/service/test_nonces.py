"""A signed request is taken once, in both databases, also after its nonce was forgotten and clocks were set back."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from msgspec.structs import replace
from sqlalchemy import func, select

from prism.errors import StoreError
from prism.service.queue import Queue
from prism.service.records import Origin
from prism.service.refusal import NonceError, RefusalError, TimestampError
from prism.store import tables
from prism.store.queue_tables import FORGOTTEN_SETTING, nonces
from tests.service.deliveries import upload

NOW = 1_700_000_000
ALICE = Origin(hotkey="alice", nonce="one", signed_at=NOW)


def kept(queue: Queue) -> int:
    with queue.store.database.reading() as connection:
        return connection.scalar(select(func.count()).select_from(nonces)) or 0


def test_a_nonce_is_used_once_by_each_hotkey(queue: Queue) -> None:
    assert queue.accept(upload("a"), ALICE).is_new
    for body in ("a", "b"):
        with pytest.raises(NonceError):
            queue.accept(upload(body), ALICE)
        with pytest.raises(NonceError):
            queue.accept(upload(body), replace(ALICE, signed_at=NOW + 1))
    assert not queue.accept(upload("a"), replace(ALICE, nonce="two")).is_new
    assert queue.accept(upload("a"), replace(ALICE, hotkey="bob")).is_new


def test_the_nonce_that_platform_names_uses_none_up(queue: Queue) -> None:
    told = Origin(hotkey="alice", nonce="one")
    assert queue.accept(upload("a"), told).is_new
    assert queue.accept(upload("b"), told).is_new
    assert kept(queue) == 0


def test_only_one_of_many_at_once_is_taken(queue: Queue) -> None:
    def taken(number: int) -> bool:
        try:
            return queue.accept(upload(f"at once {number}"), ALICE).is_new
        except NonceError:
            return False

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(taken, range(12))) == 1
    assert kept(queue) == 1


def test_what_is_not_taken_in_uses_no_nonce_up(queue: Queue) -> None:
    for number in range(4):
        queue.accept(upload(str(number)), replace(ALICE, nonce=str(number)))
    with pytest.raises(RefusalError):
        queue.accept(upload("more"), replace(ALICE, nonce="more"))
    assert kept(queue) == 4


def test_nonces_expire_and_what_they_were_of_is_still_refused(queue: Queue) -> None:
    queue.accept(upload("old"), ALICE)
    queue.accept(upload("young"), replace(ALICE, nonce="two", signed_at=NOW + 100))
    queue.forget_nonces(before=NOW + 1)
    assert kept(queue) == 1
    for nonce in ("one", "another"):
        with pytest.raises(TimestampError):
            queue.accept(upload("old"), replace(ALICE, nonce=nonce))
    with pytest.raises(TimestampError):
        queue.accept(upload("old"), replace(ALICE, hotkey="bob", signed_at=NOW - 50))
    with pytest.raises(NonceError):
        queue.accept(upload("young"), replace(ALICE, nonce="two", signed_at=NOW + 100))
    assert queue.accept(upload("new"), replace(ALICE, signed_at=NOW + 1)).is_new


def test_forgetting_goes_only_forward_and_not_beyond_what_was_signed(queue: Queue) -> None:
    queue.accept(upload("a"), ALICE)
    queue.forget_nonces(before=2 * NOW)  # as if the clock had been years ahead
    assert queue.accept(upload("b"), replace(ALICE, nonce="two", signed_at=NOW + 1)).is_new
    queue.forget_nonces(before=NOW - 100)
    queue.forget_nonces(before=0)
    with pytest.raises(TimestampError):
        queue.accept(upload("c"), replace(ALICE, nonce="three"))


def test_a_store_that_does_not_say_what_is_forgotten_takes_nothing(queue: Queue) -> None:
    queue.accept(upload("a"), ALICE)
    with queue.store.database.writing() as connection:
        its = tables.settings.c.name == FORGOTTEN_SETTING
        connection.execute(tables.settings.delete().where(its))
    with pytest.raises(StoreError) as caught:
        queue.accept(upload("b"), replace(ALICE, nonce="two"))
    assert caught.value.code == "store-damaged"

"""Statements told as they are: the same words for both databases."""

from collections.abc import Iterator

import pytest
from sqlalchemy.exc import IntegrityError

from prism.errors import StoreError
from prism.store import Store, open_store
from prism.store.plain import tell


@pytest.fixture
def store(location: str) -> Iterator[Store]:
    """A new store in each kind of database."""
    with open_store(location) as opened:
        yield opened


def test_values_stand_where_their_names_are(store: Store) -> None:
    name = "100 % of :served, 'quoted' and %(more)s"
    keep = "INSERT INTO hotkeys (hotkey, served) VALUES (:hotkey, :served)"
    with store.database.writing() as connection:
        tell(connection, keep, {"hotkey": name, "served": 7, "of no use": b"\x00"})
    ask = "SELECT hotkey, served, CAST(:served AS INTEGER) + 1 AS next FROM hotkeys WHERE hotkey = :hotkey"
    with store.database.reading() as connection:
        found = tell(connection, ask, {"hotkey": name, "served": 7}).one()
    assert (found.hotkey, found.served, found.next) == (name, 7, 8)


def test_what_the_database_refuses_is_an_error_like_others(store: Store) -> None:
    keep = "INSERT INTO hotkeys (hotkey, served) VALUES (:hotkey, 0)"
    with pytest.raises(StoreError) as refused, store.database.writing() as connection:  # noqa: PT012 - twice
        tell(connection, keep, {"hotkey": "a"})
        tell(connection, keep, {"hotkey": "a"})
    assert isinstance(refused.value.__cause__, IntegrityError)
    with store.database.reading() as connection:
        assert tell(connection, "SELECT count(*) FROM hotkeys", {}).scalar_one() == 0

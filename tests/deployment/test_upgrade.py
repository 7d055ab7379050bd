"""A store of the version before becomes one of this version with all that was in it, and there is a way back."""

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, MetaData, create_engine, insert, select, text

from prism.errors import StoreError
from prism.service import audit
from prism.service.queue import Queue
from prism.service.records import Form, Origin, Upload
from prism.store import address, open_store, tables
from prism.store.check import check
from tests.deployment.test_back_up import rows_of
from tests.store.synthetic import features, snapshot

BEFORE = "0003"
"""The last version without a queue."""
COUNT = 5


@contextmanager
def writing(location: str) -> Iterator[Connection]:
    engine = create_engine(address.parse(location))
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def old_store(location: str, folder: Path) -> None:
    """A store as the version before left it: made by its steps, filled with rows that a store of today holds."""
    source = str(folder / "today.sqlite3")
    with open_store(source) as store:
        for number in range(COUNT):
            store.keep(snapshot(number), features(number), id=f"old-{number}", hotkey=f"miner-{number}")
    with writing(location) as target:
        config = Config()
        config.set_main_option("script_location", "prism.store:migrations")
        config.attributes["connection"] = target
        command.upgrade(config, BEFORE)
    with writing(location) as target, writing(source) as today:
        known = MetaData()
        known.reflect(target)
        for table in known.sorted_tables:
            if table.name in {"alembic_version", "settings"}:
                continue
            rows = [dict(row) for row in today.execute(select(tables.metadata.tables[table.name])).mappings()]
            if rows:
                target.execute(insert(table), rows)


def version(location: str) -> str:
    with writing(location) as connection:
        return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one())


def test_an_old_store_is_brought_to_this_version_with_all_that_was_in_it(location: str, tmp_path: Path) -> None:
    old_store(location, tmp_path)
    before = rows_of(location)
    assert version(location) == BEFORE
    assert len(before["submissions"]) == COUNT

    with open_store(location) as store:
        assert {row.id for row in store.submissions()} == {f"old-{number}" for number in range(COUNT)}
        assert check(store) == []
        queue = Queue(store)
        upload = Upload(body=b"PK", code_hash=hashlib.sha256(b"PK").hexdigest(), form=Form.ZIP)
        made = queue.accept(upload, Origin(hotkey="new"))
        assert queue.upload(made.entry.id) == upload
        with store.database.reading() as connection:
            assert list(audit.verify(connection)) == []

    after = rows_of(location)
    assert version(location) == tables.HEAD != BEFORE
    assert {name: after[name] for name in before if name not in {"alembic_version", "settings"}} == {
        name: before[name] for name in before if name not in {"alembic_version", "settings"}
    }
    assert set(before["settings"]) < set(after["settings"]) or before["settings"] == []


def test_the_copy_from_before_is_what_a_roll_back_goes_to(tmp_path: Path) -> None:
    location, backup = tmp_path / "store.sqlite3", tmp_path / "backup.sqlite3"
    old_store(str(location), tmp_path)
    shutil.copy(location, backup)
    kept = rows_of(str(backup))
    with open_store(str(location)) as store:
        store.keep(snapshot(99), features(99), id="new", hotkey="new")

    assert version(str(backup)) == BEFORE
    assert rows_of(str(backup)) == kept
    with open_store(str(backup)) as again:
        assert len(again.submissions()) == COUNT


def test_what_an_older_prism_finds_of_a_newer_store_is_an_error_and_no_change(location: str, tmp_path: Path) -> None:
    with open_store(location) as store:
        store.keep(snapshot(1), features(1), id="one", hotkey="one")
    with writing(location) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    before = rows_of(location)

    with open_store(location) as store, pytest.raises(StoreError) as caught:
        store.submissions()

    assert caught.value.code == "store-newer"
    assert rows_of(location) == before

"""A store of the version before becomes one of this version with all that was in it, and there is a way back."""

import hashlib
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, MetaData, create_engine, delete, insert, select, text

from prism.errors import StoreError
from prism.service import audit
from prism.service.queue import Queue
from prism.service.records import Form, Origin, Upload
from prism.store import address, open_store, tables
from prism.store.check import check
from prism.verdict import Outcome
from tests.deployment.programs import called, program
from tests.deployment.test_back_up import rows_of
from tests.service.deliveries import ALICE, completed, decided, upload
from tests.store.synthetic import features, snapshot

BEFORE = "0003"
"""The last version without a queue."""
LAST = tables.KNOWN[-2]
"""The version before this one."""
COUNT = 5


@contextmanager
def writing(location: str) -> Iterator[Connection]:
    engine = create_engine(address.parse(location))
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def old_store(location: str, folder: Path, before: str = BEFORE) -> None:
    """A store as the version before left it: made by its steps, filled with rows that a store of today holds."""
    source = str(folder / "today.sqlite3")
    with open_store(source) as store:
        for number in range(COUNT):
            store.keep(snapshot(number), features(number), id=f"old-{number}", hotkey=f"miner-{number}")
        filled(Queue(store))
    with writing(location) as target:
        config = Config()
        config.set_main_option("script_location", "prism.store:migrations")
        config.attributes["connection"] = target
        command.upgrade(config, before)
    with writing(location) as target, writing(source) as today:
        known = MetaData()
        known.reflect(target)
        for table in known.sorted_tables:
            if table.name == "alembic_version" or (table.name == "settings" and before == BEFORE):
                continue
            if table.name == "settings":
                target.execute(delete(table))
            rows = [dict(row) for row in today.execute(select(tables.metadata.tables[table.name])).mappings()]
            if rows:
                target.execute(insert(table), rows)


def filled(queue: Queue) -> None:
    """One that has ended, and one that waits."""
    for content, conclusion in (("ended", decided(Outcome.REJECTED)), ("waits", None)):
        queue.accept(upload(content), ALICE)
        if conclusion is not None:
            claim = queue.claim("old")
            assert claim is not None
            queue.finish(claim, conclusion)


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
        sent = Upload(body=b"PK", code_hash=hashlib.sha256(b"PK").hexdigest(), form=Form.ZIP)
        made = queue.accept(sent, Origin(hotkey="new"))
        assert queue.upload(made.entry.id) == sent
        with store.database.reading() as connection:
            assert list(audit.verify(connection)) == []

    after = rows_of(location)
    assert version(location) == tables.HEAD != BEFORE
    assert {name: after[name] for name in before if name not in {"alembic_version", "settings"}} == {
        name: before[name] for name in before if name not in {"alembic_version", "settings"}
    }
    assert set(before["settings"]) < set(after["settings"]) or before["settings"] == []


def test_a_queue_goes_on_after_an_upgrade_from_the_version_before(location: str, tmp_path: Path) -> None:
    old_store(location, tmp_path, LAST)
    assert version(location) == LAST
    with open_store(location) as store:
        queue = Queue(store)
        claim = queue.claim("new")
        assert claim is not None
        assert queue.finish(claim, completed()).status == "completed"
        assert queue.state().counts["rejected"] == 1
        assert check(store) == []
        with store.database.reading() as connection:
            assert list(audit.verify(connection)) == []
    assert version(location) == tables.HEAD


def test_a_dump_from_before_is_what_a_roll_back_goes_to(
    server: Mapping[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the page has it, with the server's own programs."""
    for name, value in server.items():
        monkeypatch.setenv(name, value)
    for name in ("upgraded", "rolled_back"):
        called(program("createdb"), name)
    old_store("postgresql:///upgraded", tmp_path, LAST)
    kept = rows_of("postgresql:///upgraded")
    dump = str(tmp_path / "before.dump")
    called(program("pg_dump"), "--format", "custom", "--file", dump, "upgraded")
    with open_store("postgresql:///upgraded") as store:
        Queue(store).accept(upload("new"), ALICE)
    assert version("postgresql:///upgraded") == tables.HEAD

    called(program("pg_restore"), "--exit-on-error", "--no-owner", "--dbname", "rolled_back", dump)
    assert version("postgresql:///rolled_back") == LAST
    assert rows_of("postgresql:///rolled_back") == kept


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

"""A store that is locked, full, read-only, newer, damaged or gone: a clear error, and nothing lost."""

import multiprocessing
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import NullPool, create_engine, text

from prism.errors import StoreError
from prism.store import Store, address, open_store
from prism.store.check import check
from tests.store.synthetic import PLUGIN, SCHEME, features, snapshot

NOBODY = 65534


def keep(store: Store, number: int) -> None:
    store.keep(snapshot(number), features(number), id=str(number))


def failure_of(work: Callable[[], object]) -> StoreError:
    with pytest.raises(StoreError) as failure:
        work()
    assert failure.value.do
    assert failure.value.where
    return failure.value


def test_a_locked_store_is_waited_for_and_then_an_error(file_store: Store) -> None:
    keep(file_store, 1)
    with sqlite3.connect(file_store.where, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        assert failure_of(lambda: keep(file_store, 2)).code == "store-locked"
        assert len(file_store.submissions()) == 1, "reading does not wait"
        other.execute("ROLLBACK")
    keep(file_store, 2)
    assert check(file_store) == []


def test_a_locked_postgresql_store_is_an_error_in_time(postgres: Callable[[], str]) -> None:
    location = postgres()
    with open_store(location, wait_seconds=0.3) as store:
        keep(store, 1)
        engine = create_engine(address.parse(location))
        with engine.connect() as other, other.begin():
            other.execute(text("LOCK TABLE submissions"))
            assert failure_of(lambda: keep(store, 2)).code == "store-locked"
        engine.dispose()
        keep(store, 2)
        assert check(store) == []


def test_a_full_store_undoes_the_last_change(file_store: Store) -> None:
    keep(file_store, 1)
    with file_store.database._engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages + 2}")
    assert failure_of(lambda: keep(file_store, 2)).code == "store-full"
    with open_store(file_store.where) as roomy:
        assert [row.id for row in roomy.submissions()] == ["1"]
        assert check(roomy) == []
        keep(roomy, 2)


def test_a_read_only_postgresql_store_can_be_read(postgres: Callable[[], str]) -> None:
    location = postgres()
    with open_store(location) as store:
        keep(store, 1)
        with store.database.writing() as connection:
            connection.execute(
                text(
                    "ALTER DATABASE CURRENT SET default_transaction_read_only = on".replace(
                        "CURRENT", address.parse(location).database or ""
                    )
                )
            )
    with open_store(location) as store:
        assert len(store.submissions()) == 1
        assert failure_of(lambda: keep(store, 2)).code == "store-read-only"


@pytest.fixture
def public_folder() -> Iterator[Path]:
    """A folder that everybody can look into, as the tests' own are not."""
    folder = Path(tempfile.mkdtemp(prefix="prism-public-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody who may not write")
@pytest.mark.parametrize("mode", [0o644, 0o600])
def test_a_store_of_somebody_else_is_an_error(mode: int, public_folder: Path) -> None:
    path = public_folder / "store.sqlite3"
    with open_store(str(path)) as store:
        keep(store, 1)
    path.chmod(mode)
    context = multiprocessing.get_context("fork")
    answers = context.SimpleQueue()
    process = context.Process(target=keep_as_nobody, args=(str(path), answers))
    process.start()
    process.join(30)
    assert process.exitcode == 0
    assert answers.get() in {"store-read-only", "store-unavailable"}
    with open_store(str(path)) as store:
        assert check(store) == []


def keep_as_nobody(path: str, answers: "multiprocessing.SimpleQueue[str]") -> None:
    os.setuid(NOBODY)
    try:
        keep(open_store(path), 2)
    except StoreError as error:
        answers.put(error.code)


def test_a_store_of_a_newer_prism_is_left_alone(store: Store, location: str) -> None:
    keep(store, 1)
    with store.database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with open_store(location) as older:
        error = failure_of(lambda: keep(older, 2))
        assert error.code == "store-newer"
        assert "9999" in error.what
    with store.database.reading() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == "9999"


@pytest.mark.parametrize("content", [b"this is no database" * 500, b"SQLite format 3\0" + bytes(4_000)])
def test_a_file_that_is_no_store_is_left_alone(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite3"
    path.write_bytes(content)
    with open_store(str(path)) as store:
        assert failure_of(lambda: keep(store, 1)).code in {"store-damaged", "store-failed"}
    assert path.read_bytes() == content


def test_a_database_of_something_else_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite3"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE submissions (id)")
    with open_store(str(path)) as store:
        failure_of(lambda: keep(store, 1))
    with sqlite3.connect(path) as other:
        assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("submissions",)]


def test_a_store_that_has_to_be_there_is_not_made(tmp_path: Path) -> None:
    path = tmp_path / "none" / "store.sqlite3"
    with open_store(str(path), must_exist=True) as store:
        assert failure_of(store.submissions).code == "store-missing"
    assert not path.parent.exists()


def test_a_postgresql_database_without_a_store_is_not_made_one(postgres: Callable[[], str]) -> None:
    with open_store(postgres(), must_exist=True) as store:
        assert failure_of(store.submissions).code == "store-missing"


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with open_store(str(tmp_path / "file" / "store.sqlite3")) as store:
        failure_of(lambda: keep(store, 1))


def test_a_server_that_went_away_is_an_error_until_it_is_back(postgres: Callable[[], str]) -> None:
    location = postgres()

    def lose_the_server(store: Store) -> None:
        engine = create_engine(address.parse(location), isolation_level="AUTOCOMMIT", poolclass=NullPool)
        with store.database.reading() as connection, engine.connect() as other:
            mine = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
            other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": mine})
            connection.execute(text("SELECT 1"))

    with open_store(location) as store:
        keep(store, 1)
        assert failure_of(lambda: lose_the_server(store)).code == "store-unavailable"
        assert len(store.submissions()) == 1


def test_a_damaged_page_is_an_error_and_is_found(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite3"
    with open_store(str(path)) as store:
        for number in range(200):
            keep(store, number)
    with path.open("r+b") as file:
        for page in range(8, path.stat().st_size // 4096, 2):
            file.seek(page * 4096)
            file.write(bytes(64))
    with open_store(str(path)) as store:
        corpus = store.source().corpus(PLUGIN, SCHEME)
        own = features(5)[PLUGIN].index
        assert own is not None
        error = failure_of(lambda: [corpus.near(own), corpus.fingerprint("5"), store.snapshot("5"), len(corpus)])
        assert error.code == "store-damaged"
        assert corpus.failure is error or corpus.failure is None
        assert any("damaged" in problem.what for problem in check(store))

"""One database: connections with the right settings, transactions, and tables of the right version.

Nothing is touched before the first transaction, so that a store that is not there is an error of the review that needs
it, and works again as soon as the store does.
"""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, create_engine, event, inspect, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

from prism.errors import StoreError
from prism.store import queue_tables, tables  # noqa: F401
from prism.store.address import shown
from prism.store.trouble import explained

WAIT_SECONDS = 30.0
SQLITE_SETTINGS = (
    "foreign_keys=ON",
    "synchronous=FULL",  # what was kept survives a power cut, too
    "cache_size=-65536",  # KiB
    "wal_autocheckpoint=10000",  # pages: one submission touches thousands, which are written back together
    "secure_delete=ON",  # what a miner asked to have deleted is overwritten
    "cell_size_check=ON",
    "trusted_schema=OFF",
)
WRITERS = 0x505249534D  # the advisory lock of those who write; 'PRISM'
KEEPALIVES = {"keepalives_idle": 20, "keepalives_interval": 5, "keepalives_count": 4, "tcp_user_timeout": 40_000}
"""A server whose machine is gone does not say so: after 40 seconds without a sign of it a connection is broken."""
IDLE_SECONDS = 1.0
USED_AT = "prism_used_at"
READS = {"prism_begin": "BEGIN"}
WRITES = {"prism_begin": "BEGIN IMMEDIATE"}


class Database:
    """A store's database, opened when it is first used."""

    def __init__(self, url: URL, *, must_exist: bool, wait_seconds: float = WAIT_SECONDS) -> None:
        """Remember where it is.

        Args:
            url: its address.
            must_exist: whether a store that is not there is an error rather than made.
            wait_seconds: how long to wait for somebody who holds a lock.
        """
        self.where = shown(url)
        self.is_sqlite = url.drivername == "sqlite"
        self._url = url
        self._must_exist = must_exist
        self._is_ready = False
        self._opening = threading.Lock()
        self._writing = threading.Lock()
        self._wait_seconds = wait_seconds
        # The connection that was used last knows most, and whoever writes to SQLite would have the others forget it.
        self._engine = create_engine(url, connect_args=self._connect_args(wait_seconds), pool_use_lifo=True)
        if not self.is_sqlite:
            event.listen(self._engine, "checkin", _note_use)
            event.listen(self._engine, "checkout", self._require_alive)
        else:
            event.listen(self._engine, "connect", _set_up_sqlite)
            event.listen(self._engine, "begin", _begin_sqlite)

    def close(self) -> None:
        """Give back every connection."""
        self._engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one state of the store.

        Raises:
            StoreError: the store is not there, or failed.
        """
        with explained(self.where):
            self._ensure_ready()
            with self._engine.connect().execution_options(**READS) as connection, connection.begin():
                if not self.is_sqlite:
                    connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
                yield connection

    @contextmanager
    def writing(self, *, alone: bool = False, locks_itself: bool = False) -> Iterator[Connection]:
        """A connection whose changes are kept all together when the block ends, or not at all.

        ``alone`` is for taking away: nobody adds meanwhile, so that nothing that is going is referred to anew. Whoever
        ``locks_itself`` has the first statement take the shared lock ``WRITERS``, which spares a question.

        Raises:
            StoreError: the store is not there, cannot be written to, or failed.
        """
        with explained(self.where):
            self._ensure_ready()
            with self._write_transaction(alone=alone, locks_itself=locks_itself) as connection:
                yield connection

    @contextmanager
    def _write_transaction(self, *, alone: bool, locks_itself: bool = False) -> Iterator[Connection]:
        with self._turn(), self._engine.connect().execution_options(**WRITES) as connection, connection.begin():
            if not self.is_sqlite and not locks_itself:
                lock = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
                connection.execute(text(f"SELECT {lock}(:key)"), {"key": WRITERS})
            yield connection

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """One writer of this process at a time: where SQLite itself has to wait, it sleeps far longer than it need."""
        is_mine = self.is_sqlite and self._writing.acquire(timeout=self._wait_seconds)
        try:
            yield
        finally:
            if is_mine:
                self._writing.release()

    def tidy(self) -> None:
        """Make what was deleted unreadable in the files of SQLite as well; PostgreSQL sees to that by itself."""
        if self.is_sqlite:
            with explained(self.where), self._engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def _connect_args(self, wait_seconds: float) -> dict[str, Any]:
        if self.is_sqlite:
            return {"timeout": wait_seconds}
        wait = int(wait_seconds * 1000)
        # A plan for any question would be a plan for none: each gets its own, which takes less than compiling. What is
        # always the same, and asked for each upload, chooses otherwise for itself: see `prism.service.accepting`.
        options = f"-c lock_timeout={wait} -c plan_cache_mode=force_custom_plan -c jit=off"
        return {"connect_timeout": max(2, int(wait_seconds)), "options": options, **KEEPALIVES}

    def _require_alive(self, connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: object) -> None:
        """Have a connection that was not used for a moment say something: one that is gone is made anew, unnoticed."""
        if time.monotonic() - record.info.get(USED_AT, -IDLE_SECONDS) < IDLE_SECONDS:
            return
        dialect = self._engine.dialect
        try:
            dialect.do_ping(connection)
        except dialect.loaded_dbapi.Error as error:
            raise DisconnectionError from error

    def _ensure_ready(self) -> None:
        with self._opening:
            if self._is_ready:
                return
            if self.is_sqlite:
                self._make_file(Path(str(self._url.database)))
            with self._engine.connect().execution_options(**READS) as connection, connection.begin():
                version = self._version(connection)
            if version != tables.HEAD:
                self._migrate()
            self._is_ready = True

    def _make_file(self, path: Path) -> None:
        """An empty file that only its owner can read: miners' sources go into it."""
        if path.exists():
            return
        if self._must_exist:
            raise self._absent()
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        except OSError as error:
            what = f"the store cannot be made: {error.strerror}"
            raise StoreError(what, where=self.where, do="choose a folder that can be written to: --store") from error

    def _absent(self) -> StoreError:
        return StoreError(
            "there is no store",
            where=self.where,
            do="check --store; `prism snapshots add` and `prism review --store` make one",
            code="store-missing",
        )

    def _version(self, connection: Connection) -> str | None:
        """The migration that the tables are at; ``None`` for a database without any.

        Raises:
            StoreError: a newer PRISM made them, or they are no store's.
        """
        names = set(inspect(connection).get_table_names())
        if "alembic_version" not in names and not names & set(tables.metadata.tables):
            return None
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
        if found not in tables.KNOWN:
            raise StoreError(
                f"the store was made by a newer PRISM (it is at {found}, this PRISM knows {tables.HEAD})",
                where=self.where,
                do="use the newer PRISM; nothing was changed",
                code="store-newer",
            )
        return str(found)

    def _migrate(self) -> None:
        """Bring the tables to the present version, in one transaction, whoever else wants the same now."""
        if self.is_sqlite:
            with self._engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        with self._write_transaction(alone=True) as connection:
            found = self._version(connection)
            if found is None and self._must_exist:
                raise self._absent()
            if found != tables.HEAD:
                _upgrade(connection)


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "prism.store:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _set_up_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own connection
    connection.isolation_level = None  # transactions begin where this module says, not where the driver guesses
    for setting in SQLITE_SETTINGS:
        connection.execute(f"PRAGMA {setting}").close()


def _note_use(_connection: object, record: ConnectionPoolEntry) -> None:
    record.info[USED_AT] = time.monotonic()


def _begin_sqlite(connection: Connection) -> None:
    begin = connection.get_execution_options().get("prism_begin")
    if begin:
        connection.exec_driver_sql(str(begin))

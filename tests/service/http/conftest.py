"""One server for each kind of database, for all tests that change no settings."""

from collections.abc import Iterator

import pytest

from tests.service.http.miners import NETUID
from tests.service.http.servers import Server, running

SHORT = {
    "PRISM_HEAD_SECONDS": "1",
    "PRISM_BODY_SECONDS": "1",
    "PRISM_IDLE_SECONDS": "1",
    "PRISM_BODY_BYTES": "100000",
}
"""Times and sizes in which attacks come to their end soon."""


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("service")
    on_file = request.param == "sqlite"
    location = str(folder / "store.sqlite3") if on_file else request.getfixturevalue("postgres")()
    with running(location, folder, PRISM_PUBLIC_SUBMISSIONS="true", PRISM_PUBLIC_NETUID=str(NETUID)) as started:
        yield started


@pytest.fixture(scope="session")
def file_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with short times, for what does not depend on the database."""
    folder = tmp_path_factory.mktemp("wire")
    with running(str(folder / "store.sqlite3"), folder, **SHORT) as started:
        yield started

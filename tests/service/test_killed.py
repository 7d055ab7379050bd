"""Whoever is killed at whatever instant: nothing that was acknowledged is lost, and nothing is completed twice."""

import multiprocessing
import random
import time
from collections import Counter
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from pathlib import Path

from sqlalchemy import select

from prism.service import audit
from prism.service.records import Act
from prism.store import Store, open_store
from prism.store.queue_tables import decisions, entries, rounds
from tests.service import mortal

KILLS = 25
IMPORTED_AHEAD = ["prism.service.queue", "sqlalchemy.dialects.sqlite", "sqlalchemy.dialects.postgresql.psycopg"]
EXAMPLE = Path(__file__).parents[2] / "examples" / "honest-small"
QUICK = """
policy: 1
name: quick
extends: default
runner:
  evaluation: {steps: 2, batch_size: 4, sequence_bytes: 16, heldout_windows: 32}
"""


def test_processes_that_are_killed_lose_and_double_nothing(location: str, tmp_path: Path) -> None:
    acknowledged = tmp_path / "acknowledged"
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(IMPORTED_AHEAD)
    begin: list[Callable[[], BaseProcess]] = [
        lambda: context.Process(target=mortal.hand_in, args=(location, acknowledged)),
        *[lambda: context.Process(target=mortal.work, args=(location,))] * 3,
    ]
    processes = [each() for each in begin]
    for process in processes:
        process.start()
    acknowledged.touch()
    for _ in range(KILLS):
        wait_for_more(acknowledged)
        time.sleep(random.uniform(0.0, 0.1))  # noqa: S311 - at any instant
        number = random.randrange(len(processes))  # noqa: S311
        kill(processes[number])
        processes[number] = begin[number]()
        processes[number].start()
    for process in processes:
        kill(process)
    finisher = context.Process(target=mortal.work, args=(location,), kwargs={"until_done": True})
    finisher.start()
    finisher.join(120)
    assert finisher.exitcode == 0
    with open_store(location) as store:
        require_whole(store, set(acknowledged.read_text().split()))


def kill(process: BaseProcess) -> None:
    process.kill()
    process.join()


def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def wait_for_more(file: Path) -> None:
    """Wait until something more was acknowledged: where nothing is done, a kill shows nothing."""
    size = file.stat().st_size
    until(lambda: file.stat().st_size > size)


def require_whole(store: Store, acknowledged: set[str]) -> None:
    """The invariant."""
    with store.database.reading() as connection:
        status = {row.id: row.status for row in connection.execute(select(entries.c.id, entries.c.status))}
        completions = Counter(connection.scalars(select(rounds.c.entry)))
        runs = Counter(connection.scalars(select(decisions.c.entry).where(decisions.c.act == str(Act.RUN))))
        assert list(audit.verify(connection)) == []
    assert acknowledged
    assert acknowledged <= set(status)
    assert set(status.values()) == {"completed"}
    assert completions == runs == Counter(list(status))

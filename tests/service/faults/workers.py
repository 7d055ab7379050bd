"""Real workers, each a process, and what has to hold after whatever was done to them."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from prism.errors import StoreError
from prism.runner.docker_broker import DockerBroker
from prism.service import audit
from prism.service.queue import Queue
from prism.service.records import Act, Entry
from prism.store import open_store
from prism.store.queue_tables import decisions, entries, rounds
from prism.submission import SubmissionStatus
from tests.service.http.servers import Server

QUICK = {
    "PRISM_QUEUE_LEASE_SECONDS": "3",
    "PRISM_QUEUE_FIRST_WAIT_SECONDS": "0.1",
    "PRISM_QUEUE_LONGEST_WAIT_SECONDS": "0.5",
    "PRISM_QUEUE_BREAKER_SECONDS": "0.5",
}
"""Settings of a queue that waits for nobody long."""
LEASE_OF_ONE_WHO_STOPS = {"PRISM_QUEUE_LEASE_SECONDS": "1"}
LEASE_OF_ONE_WHO_STAYS = {"PRISM_QUEUE_LEASE_SECONDS": "60"}
"""However slow the machine is, he loses nothing that he has claimed."""


@dataclass(frozen=True, kw_only=True)
class Worker:
    """A worker that runs."""

    process: "subprocess.Popen[bytes]"
    log_file: Path

    def tell(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self.process.send_signal(number)

    def log(self) -> str:
        """What it has said."""
        return self.log_file.read_text(errors="replace")


@contextmanager
def worker(location: str, policy: Path, folder: Path, **settings: str) -> Iterator[Worker]:
    """``prism worker`` on a store, killed at the end if it still runs."""
    log_file = folder / f"worker-{time.monotonic_ns()}.log"
    stated = {"PRISM_DATABASE_URL": location, "PRISM_POLICY": str(policy), **QUICK, **settings}
    command = [sys.executable, "-m", "prism", "worker"]
    with (
        log_file.open("wb") as log,
        subprocess.Popen(command, env={**os.environ, **stated}, stdout=log, stderr=log) as process,
    ):
        try:
            yield Worker(process=process, log_file=log_file)
        finally:
            process.kill()


def stop(process: Worker, location: str) -> None:
    """Stop a process (SIGSTOP), but not while it holds the lock of everybody who writes."""
    while True:
        process.tell(signal.SIGSTOP)
        with suppress(StoreError), open_store(location, wait_seconds=1) as store, store.database.writing(alone=True):
            return
        process.tell(signal.SIGCONT)


def until(is_so: Callable[[], bool], said: Callable[[], object] = lambda: "", *, seconds: float = 90) -> None:
    """Wait until something is so, or fail with what ``said`` says."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, said()
        time.sleep(0.05)


def has_ended(queue: Queue, *ids: str) -> bool:
    """Whether submissions are neither pending nor running; all, if none are named."""
    if ids:
        return all(queue.entry(id_).status not in {"pending", "running"} for id_ in ids)
    counts = queue.state().counts
    return not counts["pending"] + counts["running"]


def until_ended(queue: Queue, *ids: str) -> None:
    """Wait until they have ended."""
    until(lambda: has_ended(queue, *ids), lambda: [queue.entry(id_) for id_ in ids] or queue.state(), seconds=180)


def row(location: str, id_: str) -> tuple[Entry, int]:
    """A submission, and how often it was claimed."""
    with open_store(location) as store:
        with store.database.reading() as connection:
            claims = connection.scalar(select(entries.c.claims).where(entries.c.id == id_))
        return Queue(store).entry(id_), int(claims or 0)


def require_whole(location: str, expected: Mapping[str, str], server: Server | None = None) -> None:
    """What was acknowledged is there and is what it should be, each was decided once, and the log of that is whole."""
    with open_store(location) as store, store.database.reading() as connection:
        status = {row.id: row.status for row in connection.execute(select(entries.c.id, entries.c.status))}
        ends = Counter(connection.scalars(select(rounds.c.entry)))
        acts = connection.execute(select(decisions.c.act, decisions.c.entry)).all()
        broken = list(audit.verify(connection))
    assert broken == []
    assert expected
    assert {id_: status.get(id_) for id_ in expected} == dict(expected)
    assert ends == Counter(each.entry for each in acts if each.act == Act.VERDICT) == Counter(list(status))
    completed = [id_ for id_, its in status.items() if its == SubmissionStatus.COMPLETED]
    assert Counter(each.entry for each in acts if each.act == Act.RUN) == Counter(completed)
    if server is not None:
        for id_, its in expected.items():
            assert server.ask("GET", f"/v1/submissions/{id_}").json["status"] == its


def containers(broker: DockerBroker, *ids: str) -> list[str]:
    """The jobs of these submissions of which a container exists."""
    return [job.job_id for job in broker.list() if job.job_id.startswith(ids)]

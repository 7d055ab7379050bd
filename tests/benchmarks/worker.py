"""How many submissions a worker settles, beside reviews alone and `prism batch`: ``python -m tests.benchmarks.worker``.

Projects that end held, so that no container takes part; each is its own hotkey's. A worker also keeps the upload and
its features, compares with all that came before, and writes the record and the decision.
"""

import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from prism.gate import Gate
from prism.service.limits import QueueLimits
from prism.service.queue import Queue
from prism.service.records import Origin
from prism.service.worker import Worker
from prism.store import open_store
from tests.benchmarks.store import PLACES, say
from tests.service.deliveries import upload
from tests.service.http.ended import HELD, archive

PROJECTS = 100
LIMITS = QueueLimits(waiting=1_000_000)


def main(projects: int = PROJECTS) -> None:
    """Print a line for reviews alone, for batches, and for workers of one and two gates on each database."""
    archives = [archive(f"{HELD}\n\nNUMBER = {number}\n") for number in range(projects)]
    say(f"{'':<34}{'per s':>9}{'x reviews':>11}")
    with Gate.from_policy("default") as gate:
        gate.review(archives[0])
        alone = per_second(projects, lambda: [gate.review(each) for each in archives])
    say(f"{'reviews alone, one after another':<34}{alone:>9.1f}{1:>11.2f}")
    for processes in (1, 2):
        rate = batched(archives, processes)
        say(f"{f'prism batch, {processes} at once':<34}{rate:>9.1f}{rate / alone:>11.2f}")
    for place in PLACES:
        for concurrency in (1, 2):
            rate = worked(place, archives, concurrency)
            say(f"{f'worker, {place}, concurrency {concurrency}':<34}{rate:>9.1f}{rate / alone:>11.2f}")


def per_second(number: int, work: Callable[[], object]) -> float:
    """How many of so many it does in a second."""
    began = time.perf_counter()
    work()
    return number / (time.perf_counter() - began)


def batched(archives: list[bytes], processes: int) -> float:
    """How many projects a second `prism batch` reviews beside a store, its own start included."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "projects"
        folder.mkdir()
        for number, each in enumerate(archives):
            (folder / f"{number:05}.zip").write_bytes(each)
        command = [sys.executable, "-m", "prism", "batch", folder, "--store", Path(name) / "store.sqlite3"]
        done = [*map(str, command), "-o", f"{name}/results.jsonl", "-n", str(processes)]
        held = 3
        return per_second(len(archives), lambda: _require_code(held, done))


def _require_code(expected: int, command: list[str]) -> None:
    code = subprocess.run(command, stderr=subprocess.DEVNULL, check=False).returncode
    if code != expected:
        raise AssertionError(f"the batch ended with {code}")


def worked(place: str, archives: list[bytes], concurrency: int) -> float:
    """How many submissions a second a worker settles; all of them must end held."""
    with ExitStack() as stack:
        store = stack.enter_context(open_store(stack.enter_context(PLACES[place]())))
        gates = [stack.enter_context(Gate.from_policy("default")) for _ in range(concurrency)]
        for gate in gates:
            gate.review(archives[0])
        queue = Queue(store, LIMITS)
        for number, each in enumerate(archives):
            queue.accept(upload(each), Origin(hotkey=f"hotkey {number}"))
        worker = Worker(store, gates, LIMITS)
        rate = per_second(len(archives), lambda: _until_done(worker, queue))
        if queue.state().counts["held"] != len(archives):
            raise AssertionError(f"they stand elsewhere: {queue.state().counts}")
        return rate


def _until_done(worker: Worker, queue: Queue) -> None:
    thread = threading.Thread(target=worker.run)
    thread.start()
    while (counts := queue.state().counts)["pending"] + counts["running"]:
        time.sleep(0.05)
    worker.stop()
    thread.join()


if __name__ == "__main__":
    main()

"""How many submissions a worker settles, beside reviews alone: ``python -m tests.benchmarks.worker``.

Projects that end held, so that no container takes part; each is its own hotkey's. A worker also keeps the upload and
its features, compares with all that came before, and writes the record and the decision.
"""

import threading
import time
from collections.abc import Callable
from contextlib import ExitStack

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
    """Print a line for reviews alone, and for workers of one and two gates on each database."""
    archives = [archive(f"{HELD}\n\nNUMBER = {number}\n") for number in range(projects)]
    say(f"{'':<34}{'per s':>9}{'x reviews':>11}")
    with Gate.from_policy("default") as gate:
        gate.review(archives[0])
        alone = per_second(projects, lambda: [gate.review(each) for each in archives])
    say(f"{'reviews alone, one after another':<34}{alone:>9.1f}{1:>11.2f}")
    for place in PLACES:
        for concurrency in (1, 2):
            rate = worked(place, archives, concurrency)
            say(f"{f'worker, {place}, concurrency {concurrency}':<34}{rate:>9.1f}{rate / alone:>11.2f}")


def per_second(number: int, work: Callable[[], object]) -> float:
    """How many of so many it does in a second."""
    began = time.perf_counter()
    work()
    return number / (time.perf_counter() - began)


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

"""``prism worker``: reviews what waits in the queue, and has approved projects run."""

import contextlib
import signal
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from prism.cli import rendering
from prism.cli.options import PolicyOption, StoreOption

if TYPE_CHECKING:
    from prism.service.worker import Worker


def worker(
    policy: PolicyOption = "default",
    store: StoreOption = "default",
    concurrency: Annotated[
        int, typer.Option("--concurrency", metavar="N", min=1, max=64, help="Submissions that are worked on at a time.")
    ] = 1,
    once: Annotated[bool, typer.Option("--once", help="End when nothing is due any more.")] = False,
) -> None:
    """Work on submissions until told to stop (SIGTERM or Ctrl-C): review them, run what is approved, record the result.

    Many workers can share one queue. What is under way when one is stopped is finished or given back; what was under
    way when one is killed is done by another.
    """
    from prism.service.worker import open_worker
    from prism.store import open_store

    with (
        open_store(store) as kept,
        open_worker(kept, policy, concurrency=concurrency) as found,
        _stopping(found),
    ):
        rendering.notice(f"worker {found.name} works on the queue in {kept.where}")
        if once:
            rendering.notice(f"{found.work_off()} submissions were worked on")
        else:
            found.run()


@contextlib.contextmanager
def _stopping(worker: "Worker") -> Iterator[None]:
    """Have signals stop the worker in an orderly way; the second one ends it at once."""

    def stop(number: int, _frame: object) -> None:
        signal.signal(number, signal.default_int_handler)
        worker.stop()

    numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    former = [signal.signal(number, stop) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, former, strict=True):
            signal.signal(number, handler)

"""``prism worker``: reviews what waits in the queue, and has approved projects run."""

import contextlib
import logging
import signal
from collections.abc import Callable, Iterable, Iterator
from typing import Annotated

import typer

from prism.cli import rendering
from prism.cli.ending import heeding
from prism.cli.options import SettingsOption

log = logging.getLogger(__name__)


def worker(
    policy: Annotated[
        str, typer.Option("--policy", "-p", metavar="NAME|FILE", help="Instead of the settings' `policy`.")
    ] = "",
    store: Annotated[
        str, typer.Option("--store", metavar="FILE|URL", help="Instead of the settings' `database_url`.")
    ] = "",
    concurrency: Annotated[
        int, typer.Option("--concurrency", metavar="N", min=0, max=64, help="Instead of the settings' `concurrency`.")
    ] = 0,
    settings: SettingsOption = None,
    parent: Annotated[int, typer.Option("--with", hidden=True, help="End with the process of this id.")] = 0,
    once: Annotated[bool, typer.Option("--once", help="End when nothing is due any more.")] = False,
) -> None:
    """Work on submissions until told to stop (SIGTERM or Ctrl-C): review them, run what is approved, record the result.

    Many workers can share one queue. What is under way when one is stopped is finished or given back; what was under
    way when one is killed is done by another. Told a second time, it gives back at once. Settings are those of
    `prism serve`.
    """
    from prism.service.companion import end_with
    from prism.service.logs import set_up_logs
    from prism.service.setting_sources import read_settings
    from prism.service.telemetry.tracing import exporting
    from prism.service.worker import open_worker
    from prism.store import open_store

    stated = read_settings(file=settings).settings
    if parent:
        end_with(parent)
    if not once:
        set_up_logs()
    with (
        exporting(stated.traces_url, "worker"),
        open_store(store or stated.database_url) as kept,
        open_worker(
            kept,
            policy or stated.policy,
            concurrency=concurrency or stated.concurrency,
            limits=stated.queue,
            grace_seconds=stated.grace_seconds,
        ) as found,
        _stopping((found.stop,) if once else (found.stop, found.hurry)),
    ):
        if once:
            rendering.notice(f"worker {found.name} works on the queue in {kept.where}")
            rendering.notice(f"{found.work_off()} submissions were worked on")
        else:
            log.info("worker %s works on the queue in %s", found.name, kept.where)
            found.run()


@contextlib.contextmanager
def _stopping(orders: Iterable[Callable[[], None]]) -> Iterator[None]:
    """Have each signal give the next order to the worker; one that comes when there is none left ends it at once."""
    left = iter(orders)

    def obey(_number: int, _frame: object) -> None:
        order = next(left, None)
        if order is None:
            raise KeyboardInterrupt
        order()

    with heeding((signal.SIGTERM, signal.SIGINT, signal.SIGHUP), obey):
        yield

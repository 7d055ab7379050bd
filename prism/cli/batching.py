"""What ``prism batch`` does once its arguments are known."""

import os
import random
import shlex
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from prism.batch.crew import Crew, LocalCrew
from prism.batch.gate import BatchGate
from prism.batch.item import Item
from prism.batch.line import Line
from prism.batch.loop import Loop
from prism.batch.sources import STDIN, find_items
from prism.batch.tally import Tally
from prism.batch.work import Plan
from prism.cli import rendering
from prism.cli.app import EXIT_INTERRUPTED
from prism.cli.batch_output import Output, lines_file, opened_output, require_own_output
from prism.cli.ending import ending_orderly
from prism.cli.log_lines import logged_as_lines
from prism.cli.meter import Meter
from prism.errors import UsageError
from prism.report.jsonl_format import NAME as JSONL

if TYPE_CHECKING:
    from prism.report.format import Report
    from prism.store import Store


class BatchCall(msgspec.Struct, frozen=True, kw_only=True):
    """What ``prism batch`` was asked for."""

    sources: tuple[str, ...]
    policy: str = "default"
    output: Path | None = None
    report_format: str = JSONL
    processes: int = 0
    resume: bool = False
    only_changed: bool = False
    overwrite: bool = False
    fail_fast: bool = False
    limit: int = 0
    seed: int | None = None
    """Of the order; ``None`` for the order of the sources."""
    run: bool = False
    store: str | None = None
    scheduler: str = ""
    llm: str = ""


def run_batch(call: BatchCall) -> int:
    """Review everything, and return the exit code."""
    from prism.cli.formats import find_format
    from prism.cli.output_file import require_writable

    _require_sense(call)
    require_writable(call.output)
    require_own_output(call)
    items = _items(call)
    with ending_orderly(), logged_as_lines(), ExitStack() as stack:
        gate = stack.enter_context(_opened(call))
        chosen = find_format(call.report_format, blocked=gate.policy.blocked_plugins)
        lines = stack.enter_context(lines_file(call))
        code = _batched(msgspec.structs.replace(call, output=lines), items, gate, can_resume=call.output is not None)
        if chosen.name != JSONL and lines is not None and code != EXIT_INTERRUPTED:
            rendering.result(chosen.render(_report(lines, items, gate, call)), call.output)
        return code


def _batched(call: BatchCall, items: Sequence[Item], gate: BatchGate, *, can_resume: bool) -> int:
    with ExitStack() as stack:
        tally = Tally(len(items))
        write = stack.enter_context(opened_output(call, items, gate, tally))
        store = stack.enter_context(_store(call, gate)) if call.store else None
        left = [item for item in items if item.id not in write.earlier]
        return _reviewed(call, left, gate, store, tally, write, can_resume=can_resume)


def _report(lines: Path, items: Sequence[Item], gate: BatchGate, call: BatchCall) -> "Report":
    """All results, in the order of the sources."""
    from prism.batch.journal import read
    from prism.report.format import Report, Reviewed

    done = {line.id: line for line in read(lines)}
    found = (done[item.id] for item in items if item.id in done)
    reviews = tuple(
        Reviewed(name=line.id, path=line.path, hotkey=line.hotkey, review=line.review, run=line.run) for line in found
    )
    return Report(reviews=reviews, rules=gate.rules, sheet=rendering.sheet(call.output), is_batch=True)


def _require_sense(call: BatchCall) -> None:
    modes = [
        name
        for name, is_on in (
            ("--resume", call.resume),
            ("--only-changed", call.only_changed),
            ("--overwrite", call.overwrite),
        )
        if is_on
    ]
    if len(modes) > 1:
        raise UsageError(f"{' and '.join(modes)} contradict each other", where="prism batch", do="choose one")
    if modes and call.output is None:
        raise UsageError(f"{modes[0]} is about a file", where="prism batch", do="name it with --output")
    if call.store and call.seed is not None:
        what = "with a store each project is compared with those before it, so their order counts"
        raise UsageError(what, where="--shuffle", do="leave out --shuffle")
    if call.sources.count(STDIN) > 1:
        raise UsageError("stdin is named twice", where="prism batch", do="name it once")


def _items(call: BatchCall) -> Sequence[Item]:
    with rendering.doing("looking for projects"):
        found = find_items(call.sources, sys.stdin.buffer if sys.stdin else ())
    for notice in found.notices:
        rendering.notice(notice)
    items = list(found.items)
    if call.seed is not None:
        random.Random(call.seed).shuffle(items)  # noqa: S311 - nobody is to be surprised
    return items[: call.limit or None]


def _opened(call: BatchCall) -> BatchGate:
    from prism.cli.reviewing import with_llm
    from prism.policy.layers import read_layers
    from prism.policy.loading import in_force

    return BatchGate(in_force(with_llm(read_layers(call.policy), call.llm)))


@contextmanager
def _store(call: BatchCall, gate: BatchGate) -> "Iterator[Store]":
    from prism.store import open_store
    from prism.store.reindex import in_background

    with open_store(call.store) as store, in_background(store, gate) as missing:
        if missing:
            rendering.notice(f"{missing} earlier submissions are being indexed again; until then reviews are held")
        yield store


@contextmanager
def _crew(call: BatchCall, gate: BatchGate, plan: Plan, most: int) -> Iterator[Crew]:
    """Who does the work: a cluster, or as many gates as there are processors, and no more than there are projects."""
    if call.scheduler:
        from prism.batch.cluster import ClusterCrew

        with ClusterCrew(call.scheduler, gate, plan) as cluster:
            yield cluster
        return
    size = max(1, min(call.processes or len(os.sched_getaffinity(0)), most))
    with ExitStack() as stack:
        others = [stack.enter_context(BatchGate(gate.effective)) for _ in range(size - 1)]
        yield stack.enter_context(LocalCrew([gate, *others], plan))


def _reviewed(
    call: BatchCall,
    items: Sequence[Item],
    gate: BatchGate,
    store: "Store | None",
    tally: Tally,
    write: Output,
    *,
    can_resume: bool,
) -> int:
    meter = Meter(tally)
    plan = Plan(is_compared=store is not None, is_run=call.run)
    is_whole, code = False, EXIT_INTERRUPTED
    try:
        with suppress(KeyboardInterrupt), _crew(call, gate, plan, len(items)) as crew:
            is_whole = _has_written_all(Loop(items, crew, gate, plan, store).lines(meter.show), call, tally, write)
            code = tally.exit_code
    finally:
        meter.clear()
        _sum_up(tally)
        if not is_whole:
            rendering.notice(_how_to_resume(can_resume=can_resume))
    return code


def _has_written_all(lines: Iterator[Line], call: BatchCall, tally: Tally, write: Output) -> bool:
    """Write every line, or those up to the first that is not approved, if that is to be the end."""
    for line in lines:
        if call.output is None:
            rendering.status("")
        write.add(line)
        tally.add(line)
        if call.fail_fast and line.exit_code:
            rendering.status("")
            rendering.notice(f"stopped at the first project that is not approved: {line.id}")
            return tally.done == tally.total
    return True


def _sum_up(tally: Tally) -> None:
    from prism.cli.table import table

    for row in table(list(tally.table())).splitlines():
        rendering.notice(row)


def _how_to_resume(*, can_resume: bool) -> str:
    """The command that goes on with the batch, ready to be pasted."""
    if not can_resume:
        return "it cannot be resumed, because its results went to stdout; next time name a file with --output"
    words = [each for each in sys.argv[1:] if each not in {"--overwrite", "--only-changed", "--resume"}]
    return f"resume with: {shlex.join(['prism', *words, '--resume'])}"

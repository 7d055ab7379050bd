"""Where the results of a batch go, and what stands there already."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from prism.batch.earlier import Earlier, Keeping
from prism.batch.item import Item
from prism.batch.journal import Journal, begin, resume, there_is_something
from prism.batch.line import Line
from prism.batch.tally import Tally
from prism.cli import rendering
from prism.errors import UsageError
from prism.report.jsonl_format import NAME as JSONL

if TYPE_CHECKING:
    from prism.batch.gate import BatchGate
    from prism.cli.batching import BatchCall
    from prism.store import Store


@contextmanager
def lines_file(call: "BatchCall") -> Iterator[Path | None]:
    """The file that the lines go to; for a report it stands beside it, or nowhere for long; ``None`` is stdout."""
    if call.report_format == JSONL:
        yield call.output
    elif call.output is not None:
        yield _lines_beside(call.output)
    else:
        with TemporaryDirectory(prefix="prism-batch-") as folder:
            yield Path(folder) / f"lines.{JSONL}"


def require_own_output(call: "BatchCall") -> None:
    """Refuse to write over what the batch reads, and a report over what nobody said to replace.

    Raises:
        UsageError: where the output leads to either.
    """
    if call.output is None:
        return
    is_report = call.report_format != JSONL
    targets = (call.output, _lines_beside(call.output)) if is_report else (call.output,)
    read = (*call.sources, *([call.store] if call.store else ()))
    for target in targets:
        if any(_is_same(target, each) for each in read):
            what = "the results would be written over what is read"
            raise UsageError(what, where=str(target), do="name another file with --output")
    is_asked_for = call.resume or call.only_changed or call.overwrite
    if is_report and not is_asked_for and call.output.exists() and call.output.stat().st_size:
        raise there_is_something(call.output)


def _is_same(target: Path, source: str) -> bool:
    try:
        return target.samefile(source)
    except (OSError, ValueError):  # one of them is not there
        return False


def _lines_beside(report: Path) -> Path:
    return report.with_name(f"{report.name}.{JSONL}")


def _store_looked_at(call: "BatchCall") -> "AbstractContextManager[Store | None]":
    from prism.store import open_store

    return open_store(call.store) if call.store else nullcontext()


class Output:
    """Where lines go, and those that stand there already."""

    def __init__(self, add: Callable[[Line], None], earlier: frozenset[str] = frozenset()) -> None:
        self.add = add
        self.earlier = earlier


@contextmanager
def opened_output(call: "BatchCall", items: Sequence[Item], gate: "BatchGate", tally: Tally) -> Iterator[Output]:
    """The output of a batch; what stands in it and holds is counted.

    Raises:
        UsageError: it holds what nobody said what to do with, or cannot be written.
    """
    if call.output is None:
        yield Output(lambda line: rendering.data(line.text()))
        return
    if not (call.resume or call.only_changed):
        with begin(call.output, replace=call.overwrite) as journal:
            yield Output(journal.add)
        return
    with _store_looked_at(call) as store:
        earlier = Earlier(items, gate, _keeping(call), with_runs=call.run, store=store)
        resumed = _resumed(call.output, earlier, tally)
    with resumed as journal:
        if earlier.dropped:
            rendering.notice(f"{earlier.dropped} earlier results no longer hold; their projects are reviewed again")
        if earlier.gone:
            rendering.notice(f"{earlier.gone} earlier results are of projects that are not named now, and are left out")
        yield Output(journal.add, frozenset(earlier.kept))


def _keeping(call: "BatchCall") -> Keeping:
    return Keeping.BY_CONTENT if call.only_changed else Keeping.BY_NAME


def _resumed(output: Path, earlier: Earlier, tally: Tally) -> Journal:
    seen = count(1)

    def is_kept(line: Line) -> bool:
        rendering.status(f"looking at what is in {output}: {next(seen)}")
        if holds := earlier.is_kept(line):
            tally.add(line, is_earlier=True)
        return holds

    try:
        return resume(output, is_kept)
    finally:
        rendering.status("")

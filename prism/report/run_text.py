"""How the run of an approved project ended, in lines for people."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from prism.finding import MAX_MESSAGE
from prism.report.escape import shorten

if TYPE_CHECKING:
    from prism.report.format import Reviewed
    from prism.runner.outcome import RunOutcome

REASON = 500
NAME = 100
LIMITS = 200


def run_counts(reviews: "Iterable[Reviewed]") -> list[tuple[str, int]]:
    """How many runs ended in each way, where there were any."""
    return sorted(Counter(str(each.run.status) for each in reviews if each.run).items())


def run_head(run: "RunOutcome") -> str:
    """Its status and why, in one sentence."""
    return f"run {run.status}: {shorten(run.reason.removeprefix(f'{run.status}: '), REASON)}"


def run_lines(run: "RunOutcome") -> Iterator[str]:
    """That sentence, then the metrics, the limits that it reached, and what it has shown of the project."""
    yield run_head(run)
    yield from (f"  {shorten(name, NAME)} = {value:.6g}" for name, value in sorted(run.metrics.items()))
    if run.result:
        yield from (f"  {shorten(name, NAME)} is unknown" for name in run.result.unknown_metrics)
    if run.result and run.result.limits_hit:
        yield f"  limits reached: {shorten(', '.join(run.result.limits_hit), LIMITS)}"
    yield from (f"  {finding.rule}: {shorten(finding.message, MAX_MESSAGE)}" for finding in run.findings)

"""``prism run``: review one project and, when it is approved, evaluate it in a container."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from prism.cli import rendering
from prism.cli.ending import ending_orderly
from prism.cli.options import ListFormat, ListFormatOption, OutputOption, PolicyOption
from prism.errors import EXIT_APPROVED, EXIT_HELD, EXIT_REJECTED, UsageError
from prism.report.format import Report, Reviewed

if TYPE_CHECKING:
    from prism.gate import Examination
    from prism.runner.outcome import RunOutcome
    from prism.runner.result import RunResult

EXIT_CODES = {
    "completed": EXIT_APPROVED,
    "failed": EXIT_REJECTED,
    "rejected": EXIT_REJECTED,
    "held": EXIT_HELD,
}

ProjectPaths = Annotated[
    list[Path], typer.Argument(metavar="PATH", help="A project: a folder or a ZIP archive.", show_default=False)
]
Pair = Annotated[bool, typer.Option("--pair", help="Compare two projects side by side instead of evaluating one.")]


def run(
    paths: ProjectPaths,
    pair: Pair = False,
    policy: PolicyOption = "default",
    output_format: ListFormatOption = ListFormat.TEXT,
    output: OutputOption = None,
) -> None:
    """Review a project and, if it is approved, evaluate it in a container; only metrics come back.

    With `--pair` two projects are reviewed and compared in one container: their code is read, and where the policy
    says so (`runner.pair`) both models are built and predict from the same numbers.

    The exit code: 0 completed, 1 rejected or failed, 3 held (by the review, because no container could be had, or
    because a pair is alike or could not be compared).
    """
    from prism.cli.output_file import require_writable
    from prism.cli.sources import require_projects

    if len(paths) != 1 + pair:
        raise UsageError(f"{len(paths)} projects", where="prism run", do="name one project, or exactly two with --pair")
    require_projects(paths)
    require_writable(output)
    if pair:
        from prism.cli.pair import compare

        raise typer.Exit(compare(paths[0], paths[1], policy, output_format, output))
    _evaluate(paths[0], policy, output_format, output)


def _evaluate(path: Path, policy: str, output_format: ListFormat, output: Path | None) -> None:
    """Review one project, and have it run if it is approved."""
    from prism.gate import Gate

    with Gate.from_policy(policy) as gate:
        with rendering.doing(f"reviewing {path}"):
            examination = gate.examine(path)
        report = Report(
            reviews=(Reviewed(name=str(path), review=examination.review),),
            rules=gate.rules,
            sheet=rendering.sheet(output),
        )
        with rendering.doing(f"evaluating {path}"), ending_orderly():
            outcome = gate.run(examination)
    text = as_json(examination, outcome) if output_format is ListFormat.JSON else as_text(report, outcome)
    rendering.result(text, output)
    if outcome.result is not None and outcome.result.log_tail and outcome.status != "completed":
        rendering.notice(f"the run's log, for the operator: {outcome.result.log_tail}")
    raise typer.Exit(EXIT_CODES[str(outcome.status)])


def as_json(examination: "Examination", outcome: "RunOutcome") -> str:
    """The one object that a run ends with: how, its metrics, why, and which review allowed or refused it."""
    from prism.report.json_format import encode

    project = examination.review.project
    return encode(
        {
            "status": str(outcome.status),
            "metrics": dict(outcome.metrics),
            "reason": outcome.reason,
            "verdict": str(examination.review.verdict),
            "project_digest": project.digest if project else None,
            "findings": [msgspec.to_builtins(finding) for finding in outcome.findings],
            "run": what_it_used(outcome.result) if outcome.result else None,
        }
    )


def what_it_used(result: "RunResult") -> dict[str, object]:
    """What the container came to, by name and with units; ``None`` for what nobody could count."""
    return {
        "reason": str(result.reason),
        "exit_code": result.exit_code,
        "limits_hit": list(result.limits_hit),
        "unknown_metrics": list(result.unknown_metrics),
        "wall_seconds": result.wall_seconds,
        "cpu_seconds": result.cpu_seconds,
        "peak_memory_bytes": result.peak_memory_bytes,
        "observed": None if result.observed is None else [msgspec.to_builtins(each) for each in result.observed],
    }


def as_text(report: Report, outcome: "RunOutcome") -> str:
    """The review, then how the run ended."""
    from prism.report.run_text import run_lines
    from prism.report.text_format import render

    return render(report) + "\n" + "\n".join(run_lines(outcome)) + "\n"

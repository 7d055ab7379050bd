"""``prism review``: a verdict for each project, with its reasons."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from prism.cli import rendering
from prism.cli.options import OutputOption, PolicyOption, ReportFormatOption
from prism.errors import EXIT_APPROVED, EXIT_HELD, EXIT_REJECTED
from prism.report.format import Report, Reviewed
from prism.verdict import HARSHNESS, Outcome

if TYPE_CHECKING:
    from prism.gate import Gate

EXIT_CODES = {Outcome.APPROVED: EXIT_APPROVED, Outcome.HELD: EXIT_HELD, Outcome.REJECTED: EXIT_REJECTED}

Paths = Annotated[
    list[Path],
    typer.Argument(metavar="PATH", help="Projects: folders or ZIP archives.", show_default=False),
]
Explain = Annotated[
    bool,
    typer.Option("--explain", help="Show every step from an import to its use; JSON always has them."),
]


def review(
    paths: Paths,
    policy: PolicyOption = "default",
    report_format: ReportFormatOption = "text",
    output: OutputOption = None,
    explain: Explain = False,
) -> None:
    """Review projects without running them: approved, held or rejected, with every reason.

    The exit code is the harshest verdict's: 0 approved, 1 rejected, 3 held; 2 when the call or the policy is wrong.
    """
    from prism.cli.formats import find_format
    from prism.cli.output_file import require_writable
    from prism.cli.sources import require_projects
    from prism.gate import Gate

    require_projects(paths)
    require_writable(output)
    with Gate.from_policy(policy) as gate:
        chosen = find_format(report_format, blocked=gate.policy.blocked_plugins)
        report = reviewed(paths, gate, colour=rendering.is_colourful(output), explain=explain)
    rendering.result(chosen.render(report), output)
    raise typer.Exit(exit_code(each.review.verdict for each in report.reviews))


def reviewed(paths: Sequence[Path], gate: "Gate", *, colour: bool, explain: bool = False) -> Report:
    """The reviews of all projects by one gate, in the order given."""
    reviews = []
    for number, path in enumerate(paths, start=1):
        with rendering.doing(f"reviewing {number}/{len(paths)} {path}"):
            reviews.append(Reviewed(name=str(path), review=gate.review(path)))
    return Report(reviews=tuple(reviews), rules=gate.rules, colour=colour, explain=explain)


def exit_code(verdicts: Iterable[Outcome]) -> int:
    """The exit code of the harshest verdict."""
    return EXIT_CODES[max(verdicts, key=HARSHNESS.__getitem__)]

"""What ``prism review`` does once its arguments are known."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from prism.cli import rendering
from prism.cli.plain_call import ReviewCall
from prism.cli.sources import require_projects
from prism.errors import EXIT_APPROVED, EXIT_HELD, EXIT_REJECTED
from prism.gate import Gate
from prism.report.format import Report, Reviewed
from prism.verdict import HARSHNESS, Outcome

if TYPE_CHECKING:
    from prism.guard.launch import Launched

EXIT_CODES = {Outcome.APPROVED: EXIT_APPROVED, Outcome.HELD: EXIT_HELD, Outcome.REJECTED: EXIT_REJECTED}


def review_projects(call: ReviewCall, launched: "Launched | None" = None) -> int:
    """Review the projects, write the report, and return the exit code.

    Args:
        call: the projects and options.
        launched: a guarded process that was launched while this module was being imported.
    """
    from prism.cli.formats import find_format
    from prism.cli.output_file import require_writable

    paths, output = [Path(path) for path in call.paths], Path(call.output) if call.output is not None else None
    require_projects(paths)
    require_writable(output)
    with Gate.from_policy(call.policy, launched) as gate:
        chosen = find_format(call.report_format, blocked=gate.policy.blocked_plugins)
        report = reviewed(paths, gate, colour=rendering.is_colourful(output), explain=call.explain)
    rendering.result(chosen.render(report), output)
    return exit_code(each.review.verdict for each in report.reviews)


def reviewed(paths: Sequence[Path], gate: Gate, *, colour: bool, explain: bool = False) -> Report:
    """The reviews of all projects by one gate, in the order given."""
    reviews = []
    for number, path in enumerate(paths, start=1):
        with rendering.doing(f"reviewing {number}/{len(paths)} {path}"):
            reviews.append(Reviewed(name=str(path), review=gate.review(path)))
    return Report(reviews=tuple(reviews), rules=gate.rules, colour=colour, explain=explain)


def exit_code(verdicts: Iterable[Outcome]) -> int:
    """The exit code of the harshest verdict."""
    return EXIT_CODES[max(verdicts, key=HARSHNESS.__getitem__)]

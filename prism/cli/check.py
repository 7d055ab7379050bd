"""``prism check``: for whoever hands in, what the gate will decide, and what to change before."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from prism.cli import rendering
from prism.cli.options import ExcludeOption, OutputOption, PolicyOption, ReportFormatOption

if TYPE_CHECKING:
    from prism.report.format import Report, Reviewed
    from prism.report.painting import Sheet

Paths = Annotated[
    list[Path], typer.Argument(metavar="PATH", help="Projects: folders or ZIP archives.", show_default=False)
]
PEOPLE = "text"
KNOWN_TO_THE_GATE = (
    "It also looks at what only it knows: what others have handed in, and the opinion of a model where its operator "
    "wants one."
)


def check(
    paths: Paths,
    policy: PolicyOption = "default",
    report_format: ReportFormatOption = PEOPLE,
    output: OutputOption = None,
    exclude: ExcludeOption = None,
) -> None:
    """Say what the gate will decide about projects before they are handed in, and what to change.

    A folder is taken as `prism pack` packs it. Under the same policy digest the gate finds the same. It may find more:
    only the gate knows what others have handed in, and asks a model if its operator wants one.
    """
    from prism.cli.checking import CheckingGate
    from prism.cli.formats import find_format
    from prism.cli.output_file import require_writable
    from prism.cli.reviewing import contents_of, exit_code, reviewed
    from prism.cli.sources import require_projects
    from prism.report.format import Reviewed

    require_projects(paths)
    require_writable(output)
    with CheckingGate.from_policy(policy) as gate:
        chosen = find_format(report_format, blocked=gate.policy.blocked_plugins)

        def checked(path: Path) -> Reviewed:
            examination = gate.checked(path, exclude or ())
            contents = contents_of(examination) if chosen.wants_sources else None
            return Reviewed(name=str(path), review=examination.review, contents=contents)

        report = reviewed(paths, gate, checked, sheet=rendering.sheet(output))
    text = chosen.render(report)
    rendering.result(f"{text}\n{_advice(report)}" if chosen.name == PEOPLE else text, output)
    raise typer.Exit(exit_code(each.review.verdict for each in report.reviews))


def _advice(report: "Report") -> str:
    """What to do before the projects are handed in."""
    lines = [line for each in report.reviews for line in _advice_about(each, report.sheet)]
    digests = ", ".join(sorted({each.review.policy.digest[:12] for each in report.reviews}))
    lines += report.sheet.wrapped("", f"The gate decides the same if its policy is {digests}. {KNOWN_TO_THE_GATE}")
    return "\n".join(lines) + "\n"


def _advice_about(reviewed: "Reviewed", sheet: "Sheet") -> Iterator[str]:
    from prism.report.changes import change_lines
    from prism.report.escape import shorten

    found = list(change_lines(reviewed.review, sheet))
    name = shorten(reviewed.name, 200)
    if found:
        yield f"Change in {name}:"
        yield from found
    else:
        yield f"Nothing to change in {name}."
    yield ""

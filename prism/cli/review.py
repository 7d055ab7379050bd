"""``prism review``: a verdict for each project, with its reasons."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
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
    from prism.review import Review

EXIT_CODES = {Outcome.APPROVED: EXIT_APPROVED, Outcome.HELD: EXIT_HELD, Outcome.REJECTED: EXIT_REJECTED}

Paths = Annotated[
    list[Path],
    typer.Argument(metavar="PATH", help="Projects: folders or ZIP archives.", show_default=False),
]
Explain = Annotated[
    bool,
    typer.Option("--explain", help="Show every step from an import to its use; JSON always has them."),
]
StoreToUse = Annotated[
    str | None,
    typer.Option(
        "--store",
        metavar="FILE|URL",
        help="Compare with the earlier submissions in this store, and keep what is not rejected in it.",
    ),
]
Hotkey = Annotated[str, typer.Option("--hotkey", metavar="NAME", help="Who hands the projects in, for the store.")]


def review(
    paths: Paths,
    policy: PolicyOption = "default",
    report_format: ReportFormatOption = "text",
    output: OutputOption = None,
    explain: Explain = False,
    store: StoreToUse = None,
    hotkey: Hotkey = "",
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
        with _reviewer(gate, store, hotkey) as judge:
            report = reviewed(paths, gate, judge, colour=rendering.is_colourful(output), explain=explain)
    rendering.result(chosen.render(report), output)
    raise typer.Exit(exit_code(each.review.verdict for each in report.reviews))


def reviewed(
    paths: Sequence[Path],
    gate: "Gate",
    judge: "Callable[[Path], Review]",
    *,
    colour: bool,
    explain: bool = False,
) -> Report:
    """The reviews of all projects by one gate, in the order given."""
    reviews = []
    for number, path in enumerate(paths, start=1):
        with rendering.doing(f"reviewing {number}/{len(paths)} {path}"):
            reviews.append(Reviewed(name=str(path), review=judge(path)))
    return Report(reviews=tuple(reviews), rules=gate.rules, colour=colour, explain=explain)


@contextmanager
def _reviewer(gate: "Gate", location: str | None, hotkey: str) -> "Iterator[Callable[[Path], Review]]":
    """What reviews a project: with a store, by comparing it with what is in there and keeping it."""
    if location is None:
        yield gate.review
        return
    from prism.store import open_store
    from prism.store.keep import examine_and_keep
    from prism.store.reindex import in_background

    with open_store(location) as store, in_background(store, gate) as missing:
        if missing:
            rendering.notice(f"{missing} earlier submissions are being indexed again; until then reviews are held")

        yield lambda path: examine_and_keep(store, gate, path, hotkey=hotkey).review


def exit_code(verdicts: Iterable[Outcome]) -> int:
    """The exit code of the harshest verdict."""
    return EXIT_CODES[max(verdicts, key=HARSHNESS.__getitem__)]

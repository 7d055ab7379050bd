"""``prism review``: a verdict for each project, with its reasons."""

from pathlib import Path
from typing import Annotated

import typer

from prism.cli.options import HotkeyOption, LlmOption, OutputOption, PolicyOption, ReportFormatOption

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


def review(  # noqa: PLR0913, PLR0917 - each is an option of the command
    paths: Paths,
    policy: PolicyOption = "default",
    report_format: ReportFormatOption = "text",
    output: OutputOption = None,
    explain: Explain = False,
    store: StoreToUse = None,
    hotkey: HotkeyOption = "",
    llm: LlmOption = None,
) -> None:
    """Review projects without running them: approved, held or rejected, with every reason.

    The exit code is the harshest verdict's: 0 approved, 1 rejected, 3 held; 2 when the call or the policy is wrong.
    """
    from prism.cli.plain_call import ReviewCall
    from prism.cli.reviewing import review_projects

    target = str(output) if output is not None else None
    mode = llm.value if llm is not None else ""
    call = ReviewCall([*map(str, paths)], policy, report_format, target, explain, store, hotkey, mode)
    raise typer.Exit(review_projects(call))

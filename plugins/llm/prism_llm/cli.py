"""``prism llm``: trying rules on a project before they decide anything."""

from pathlib import Path
from typing import Annotated

import typer

from prism.cli import rendering
from prism.cli.options import ListFormat, ListFormatOption, OutputOption, PolicyOption
from prism.errors import EXIT_HELD

Rules = Annotated[
    Path, typer.Argument(metavar="RULES", help="A file with rules, as `rules_file` names one.", show_default=False)
]
ProjectToTry = Annotated[
    Path, typer.Argument(metavar="PROJECT", help="A project: a folder or a ZIP archive.", show_default=False)
]


def add_commands(app: typer.Typer) -> None:
    """Add this plugin's commands to the command line."""
    llm = typer.Typer(help="Look after the review by a model.")
    llm.callback()(lambda: None)
    llm.command("try")(try_rules)
    app.add_typer(llm, name="llm")


def try_rules(
    rules: Rules,
    project: ProjectToTry,
    policy: PolicyOption = "default",
    output_format: ListFormatOption = ListFormat.TEXT,
    output: OutputOption = None,
) -> None:
    """Ask the policy's models about a project by the rules of a file, and show questions, answers, evidence and cost.

    Nothing is decided and no answer is kept. The exit code is 3 when something was not answered.
    """
    from prism.cli.output_file import require_writable
    from prism.cli.sources import require_projects
    from prism_llm.trial import policy_with, tried

    require_projects([project])
    require_writable(output)
    effective = policy_with(rules, policy)
    with rendering.doing(f"asking about {project}"):
        trial = tried(effective, project)
    if output_format is ListFormat.JSON:
        import msgspec

        from prism.report.json_format import encode

        text = encode({**msgspec.to_builtins(trial), "is_complete": trial.is_complete})
    else:
        from prism_llm.trial_text import trial_text

        text = trial_text(trial)
    rendering.result(text, output)
    if not trial.is_complete:
        raise typer.Exit(EXIT_HELD)

"""``prism policy explain``: why a project's verdict is as it is, and what would change it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from prism.cli import rendering
from prism.cli.options import (
    HotkeyOption,
    ListFormat,
    ListFormatOption,
    LlmOption,
    OutputOption,
    PolicyOption,
    StoreToCompare,
)

if TYPE_CHECKING:
    from prism.gate import Examination, Gate

ProjectArgument = Annotated[
    Path, typer.Argument(metavar="PROJECT", help="A project: a folder or a ZIP archive.", show_default=False)
]


def explain(
    project: ProjectArgument,
    policy: PolicyOption = "default",
    store: StoreToCompare = None,
    hotkey: HotkeyOption = "",
    llm: LlmOption = None,
    output_format: ListFormatOption = ListFormat.TEXT,
    output: OutputOption = None,
) -> None:
    """Explain a verdict: from each rule over what was found to the policy's line, and what would have to change.

    The exit code is the verdict's: 0 approved, 1 rejected, 3 held; 2 when the call or the policy is wrong.
    """
    from prism.cli.output_file import require_writable
    from prism.cli.reviewing import exit_code, with_llm
    from prism.cli.sources import require_projects
    from prism.explanation.explanation import explained
    from prism.gate import Gate
    from prism.policy.layers import read_layers
    from prism.policy.loading import in_force

    require_projects([project])
    require_writable(output)
    layers = with_llm(read_layers(policy), llm.value if llm is not None else "")
    with Gate(in_force(layers)) as gate:
        with rendering.doing(f"reviewing {project}"):
            examination = _examined(gate, project, store, hotkey)
        explanation = explained(gate.effective, gate.rules, examination)
    if output_format is ListFormat.JSON:
        import msgspec

        from prism.report.json_format import encode

        text = encode(msgspec.to_builtins(explanation))
    else:
        from prism.report.explanation_text import explanation_text

        text = explanation_text(str(project), explanation, rendering.sheet(output))
    rendering.result(text, output)
    raise typer.Exit(exit_code([explanation.verdict]))


def _examined(gate: "Gate", project: Path, store: str | None, hotkey: str) -> "Examination":
    """The project's examination, beside the earlier submissions of a store if there is one; nothing is kept."""
    if store is None:
        return gate.examine(project)
    from prism.store import open_store

    with open_store(store, must_exist=True) as kept:
        return gate.examine(project, corpus=kept.source(hotkey=hotkey), notebooks=kept.notebooks(hotkey=hotkey))

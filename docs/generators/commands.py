"""The command reference, from the real command tree with the plugins' commands."""

from collections.abc import Iterator
from typing import Any

from generators.markdown import fence
from prism.cli.root import command_for

WIDTH = 100


def page() -> str:
    """The help of every command, as the command prints it."""
    lead = (
        "# Commands\n\nResults go to stdout, everything else to stderr. Colour and progress appear on a terminal only;"
        " `NO_COLOR` turns colour off. [Exit codes and errors](errors.md) lists how a command can end.\n"
    )
    parts = [f"## {name}\n\n{fence(text, 'text')}" for name, text in helps()]
    return "\n".join([lead, *parts])


def helps() -> Iterator[tuple[str, str]]:
    """Every command with its help, groups before their members; also those that the built-in plugins add."""
    yield from _helps(command_for([]), "prism", None)


def _helps(command: Any, name: str, parent: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - Typer exports no types
    context = command.make_context(
        name.rpartition(" ")[2],
        [],
        parent=parent,
        resilient_parsing=True,
        terminal_width=WIDTH,
        max_content_width=WIDTH,
    )
    with context:
        yield name, command.get_help(context)
        for child in sorted(getattr(command, "commands", {})):
            yield from _helps(command.commands[child], f"{name} {child}", context)

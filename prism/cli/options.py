"""The options that several commands share, described once."""

import enum
from pathlib import Path
from typing import Annotated

import typer

PolicyOption = Annotated[
    str,
    typer.Option("--policy", "-p", metavar="NAME|FILE", help="A shipped policy by name, or a policy file."),
]
ReportFormatOption = Annotated[
    str,
    typer.Option(
        "--format",
        "-f",
        metavar="NAME",
        help="text, json, jsonl, sarif, junit, markdown, html, or a format that a plugin adds.",
    ),
]
OutputOption = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", help="Write the result to this file instead of stdout."),
]


class ListFormat(enum.StrEnum):
    """How a list is printed."""

    TEXT = "text"
    JSON = "json"


ListFormatOption = Annotated[ListFormat, typer.Option("--format", "-f", help="For people, or for programs.")]
StoreOption = Annotated[
    str,
    typer.Option("--store", metavar="FILE|URL", help="The store: a file, postgresql://USER@HOST/DATABASE, or default."),
]
SettingsOption = Annotated[
    Path | None,
    typer.Option("--settings", metavar="FILE", help="A TOML file with settings; the environment counts more."),
]
ExcludeOption = Annotated[
    list[str] | None,
    typer.Option("--exclude", metavar="PATTERN", help="Leave out what has this path or name, such as 'notes/*.md'."),
]


class LlmMode(enum.StrEnum):
    """What the opinion of a model counts."""

    ADVISORY = "advisory"
    REQUIRED = "required"
    OFF = "off"


LlmOption = Annotated[
    LlmMode | None, typer.Option("--llm", help="Review by a model, whatever the policy says of it.", show_default=False)
]
HotkeyOption = Annotated[str, typer.Option("--hotkey", metavar="NAME", help="Who hands the projects in.")]
StoreToCompare = Annotated[
    str | None,
    typer.Option("--store", metavar="FILE|URL", help="Compare with the earlier submissions in this store."),
]

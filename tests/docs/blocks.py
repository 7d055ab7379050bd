"""The commands that the documentation shows, with what it says they print."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
FENCE = re.compile(r"^```(console|bash|sh|shell)\n(.*?)^```", re.MULTILINE | re.DOTALL)


class Command(NamedTuple):
    """One command line and the lines shown below it."""

    line: str
    output: tuple[str, ...]


class Session(NamedTuple):
    """The commands of one page, run one after another in one folder, as a reader would."""

    page: str
    commands: tuple[Command, ...]


def documents() -> tuple[Path, ...]:
    """Every page that people read."""
    return (ROOT / "README.md", ROOT / "examples" / "README.md", *sorted((ROOT / "docs").rglob("*.md")))


def sessions() -> tuple[Session, ...]:
    """The pages that show shell commands, with all of them."""
    read = (Session(str(page.relative_to(ROOT)), tuple(_commands_of(page))) for page in documents())
    return tuple(session for session in read if session.commands)


def _commands_of(page: Path) -> Iterator[Command]:
    for found in FENCE.finditer(page.read_text(encoding="utf-8")):
        yield from _commands(*found.groups())


def _commands(language: str, text: str) -> Iterator[Command]:
    if language != "console":
        yield Command(text.strip(), ())
        return
    for part in re.split(r"(?m)^\$ ", text)[1:]:
        line, *output = part.rstrip("\n").split("\n")
        yield Command(line, tuple(output))


def matches(shown: tuple[str, ...], printed: str) -> bool:
    """Whether the printed text is what the documentation shows; ``...`` stands for any text, on a line of its own for
    any lines. Nothing shown means that the output does not matter.
    """
    if not shown:
        return True
    lines = [r"(?:.*\n)*" if line == "..." else _line(line) + r"\n" for line in shown]
    return re.fullmatch("".join(lines), printed) is not None


def _line(line: str) -> str:
    return ".*".join(re.escape(part) for part in line.split("..."))

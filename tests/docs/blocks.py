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


class Block(NamedTuple):
    """The commands of one block, run one after another in one folder."""

    place: str
    commands: tuple[Command, ...]


def documents() -> tuple[Path, ...]:
    """Every page that people read."""
    return (ROOT / "README.md", ROOT / "examples" / "README.md", *sorted((ROOT / "docs").rglob("*.md")))


def blocks() -> Iterator[Block]:
    """Every block of shell commands in the documentation."""
    for document in documents():
        text = document.read_text(encoding="utf-8")
        for found in FENCE.finditer(text):
            line = text.count("\n", 0, found.start()) + 1
            yield Block(f"{document.relative_to(ROOT)}:{line}", tuple(_commands(*found.groups())))


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

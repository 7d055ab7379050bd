"""Markdown from the plain text of docstrings and schemas."""

import inspect
import json
import re
from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; a line break or pipe inside a cell cannot break it."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(_cell(cell) for cell in line)} |\n" for line in lines)


def code(value: object) -> str:
    """A value as JSON in a code span."""
    return f"`{json.dumps(value, ensure_ascii=False)}`"


def anchor(heading: str) -> str:
    """What a link to a heading without spaces ends with."""
    return re.sub(r"[^\w-]", "", heading.lower())


def fence(text: str, language: str = "") -> str:
    """A block of text that is shown as it is, whatever backticks it holds."""
    longest = max((len(run) for run in re.findall(r"`{3,}", text)), default=2)
    marks = "`" * (longest + 1)
    return f"{marks}{language}\n{text.rstrip()}\n{marks}\n"


def prose(text: str) -> str:
    """A docstring as Markdown: double backticks and roles become code spans."""
    text = inspect.cleandoc(text)
    text = re.sub(r":[a-z]+:`~?([^`]+)`", r"`\1`", text)
    return text.replace("``", "`")


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")

"""Lines for people: labels, wrapped texts, and colour where there is somebody to see it."""

from textwrap import wrap
from typing import Final

import msgspec

from prism.report.escape import escape

COLUMNS: Final = 100
"""How wide a text is that goes to no terminal."""
RED, YELLOW, GREEN, CYAN, BOLD = "31", "33", "32", "36", "1"


class Sheet(msgspec.Struct, frozen=True):
    """What a text is written on: its width, and whether it shows colours."""

    columns: int = COLUMNS
    colour: bool = False

    def paint(self, text: str, code: str) -> str:
        """Text in a colour, or as it is."""
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour else text

    def wrapped(self, label: str, text: str) -> list[str]:
        """Escaped text in lines of bounded width, the label before the first and as much space before the others."""
        paragraphs = " ".join(escape(line.strip()) for line in text.split("\n"))
        indent = " " * len(label)
        lines = wrap(paragraphs, self.columns, initial_indent=label, subsequent_indent=indent, break_on_hyphens=False)
        return lines or [label.rstrip()]


def counted(number: int, noun: str) -> str:
    """A number of things in words that fit it."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"

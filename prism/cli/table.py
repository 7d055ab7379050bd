"""Rows of text in columns that line up, for lists on a terminal."""

from collections.abc import Sequence

from prism.report.escape import shorten
from prism.report.excerpt import width

CELL = 60  # columns of one cell but the last


def table(rows: Sequence[Sequence[str]]) -> str:
    """The rows as lines, escaped, every column but the last as wide as its widest cell; empty text for no rows."""
    cells = [[*(shorten(cell, CELL) for cell in row[:-1]), shorten(row[-1], 4 * CELL)] for row in rows]
    widths = [max(width(cell) for cell in column) for column in zip(*cells, strict=True)]
    lines = ("  ".join(_padded(cell, space) for cell, space in zip(row, widths, strict=True)) for row in cells)
    return "".join(line.rstrip() + "\n" for line in lines)


def _padded(cell: str, space: int) -> str:
    return cell + " " * (space - width(cell))

"""A source line with its span underlined, as wide on the screen as it really is."""

import unicodedata

from prism.finding import Finding
from prism.report.escape import escaped_characters

TAB = 4
WINDOW = 100  # columns of one source line that are shown if nobody says; the span's beginning is always among them
NARROWEST = 40
CUTS = 8  # columns of the marks that a line was cut at its beginning and end
LEAD = 30  # columns kept before the span when the line is cut


def excerpt(finding: Finding, room: int = WINDOW) -> tuple[str, str] | None:
    """The first source line of a finding and the underline below it; ``None`` when there is no source to show.

    Both begin at the same column. Tabs are expanded, wide characters count two columns, and whatever could disturb a
    terminal is shown as its code point.
    """
    if finding.evidence is None or finding.column is None:
        return None
    line = finding.evidence.excerpt.split("\n", 1)[0]
    skipped = finding.evidence.first_column
    begin = finding.column - skipped
    if not 0 <= begin <= len(line):  # a record that was not made by PRISM
        return None
    end = finding.end_column - skipped if finding.end_line == finding.line and finding.end_column else len(line)
    return _drawn(_cells(line), begin, max(end, begin + 1), max(room, NARROWEST))


def _cells(line: str) -> list[str]:
    """What each character of the line is shown as, tabs as the spaces they stand for."""
    shown = escaped_characters(line)
    column = 0
    for position, character in enumerate(line):
        if character == "\t":
            shown[position] = " " * (TAB - column % TAB)
        column += width(shown[position])
    return shown


def _drawn(cells: list[str], begin: int, end: int, room: int) -> tuple[str, str]:
    """The cut line and its underline, for the characters from ``begin`` up to, not including, ``end``."""
    first = _first_shown(cells, begin, room)
    last = first
    room -= 0 if width("".join(cells)) <= room else CUTS
    while last < len(cells) and room >= width(cells[last]):
        room -= width(cells[last])
        last += 1
    left, right = "... " if first else "", " ..." if last < len(cells) else ""
    before = width(left + "".join(cells[first:begin]))
    under = width("".join(cells[begin : min(end, last)])) or 1
    return left + "".join(cells[first:last]) + right, " " * before + "^" * under


def _first_shown(cells: list[str], begin: int, room: int) -> int:
    """Where to cut the line's beginning so that the span's beginning is inside the window."""
    if width("".join(cells)) <= room:
        return 0
    first, lead = begin, LEAD
    while first > 0 and lead >= width(cells[first - 1]):
        first -= 1
        lead -= width(cells[first])
    return first


def width(text: str) -> int:
    """Columns that visible text takes on a terminal."""
    return len(text) if text.isascii() else sum(_width(character) for character in text)


def _width(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1

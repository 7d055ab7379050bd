"""Python source as HTML with its words marked, line by line: by one pattern that never goes back, on bounded lines."""

import html
import keyword
import re
from collections.abc import Iterator, Sequence
from typing import Final

from prism.report.escape import escaped_characters

MAX_WIDTH: Final = 500
"""Characters of a line that are shown; a longer one ends in an ellipsis."""
TRIPLE: Final = ('"""', "'''")
WORDS: Final = re.compile(
    r"(?P<text>\"\"\"|'''|\"(?:[^\"\\]|\\.)*\"?|'(?:[^'\\]|\\.)*'?)|(?P<note>\#.*)|(?P<name>[^\W\d]\w*)|(?P<number>\d[\w.]*)"
)


def highlighted(lines: Sequence[str]) -> Iterator[str]:
    """Each line as HTML; a text of several lines is followed from one to the next."""
    inside = ""
    for line in lines:
        shown, inside = _line(line[:MAX_WIDTH], inside)
        yield shown + ("…" if len(line) > MAX_WIDTH else "")


def _line(line: str, inside: str) -> tuple[str, str]:
    parts: list[str] = []
    place = 0
    if inside:
        end = line.find(inside)
        if end < 0:
            return _marked("text", line), inside
        place = end + 3
        parts.append(_marked("text", line[:place]))
    while match := WORDS.search(line, place):
        parts.append(_safe(line[place : match.start()]))
        place = match.end()
        if match[0] in TRIPLE:
            end = line.find(match[0], place)
            if end < 0:
                return "".join([*parts, _marked("text", line[match.start() :])]), match[0]
            place = end + 3
        parts.append(_marked(_sort(match), line[match.start() : place]))
    return "".join([*parts, _safe(line[place:])]), ""


def _sort(match: re.Match[str]) -> str:
    if match.lastgroup == "name":
        return "word" if keyword.iskeyword(match[0]) else ""
    return match.lastgroup or ""


def _marked(sort: str, text: str) -> str:
    return f'<i class="{sort}">{_safe(text)}</i>' if sort and text else _safe(text)


def _safe(text: str) -> str:
    """Text in which every character is visible and none is markup."""
    return html.escape("".join(escaped_characters(text.replace("\t", "    "))))

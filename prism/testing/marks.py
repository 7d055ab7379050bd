"""What a project says of itself: ``# expect: RULE`` at the end of the line on which a finding must be.

Several rules stand behind one another with commas, a rule twice for two findings on the line. What has no line, or
stands in a file that takes no comment, is named in a file ``expect.txt`` beside the project's own, a line each:
``RULE`` for the project as a whole, ``RULE path`` for a file, ``RULE path:line`` for a line. That file is not reviewed.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from prism.suite.marks import marks_in

LIST: Final = "expect.txt"
_PLACE: Final = re.compile(r"(?P<rule>\S+)(?:\s+(?P<path>\S.*?)(?::(?P<line>\d+))?)?\s*")


class Expectation(NamedTuple):
    """A finding that must be there: its rule, and its place as far as it has one."""

    rule: str
    path: str | None = None
    line: int | None = None

    def __str__(self) -> str:
        place = self.path or "the whole project"
        return f"{place}:{self.line}: {self.rule}" if self.line is not None else f"{place}: {self.rule}"


def expectations(files: Mapping[str, bytes], *, prefix: str = "") -> "Counter[Expectation]":
    """The findings that the files of a project ask for.

    Args:
        files: contents by path, with ``expect.txt`` if there is one.
        prefix: the plugin's name; a rule without a slash is one of its own.

    Raises:
        ValueError: a mark names no rule.
    """
    found: Counter[Expectation] = Counter()
    for path, data in files.items():
        marks = _listed(data.decode()) if path == LIST else _marked(path, data)
        for mark in marks:
            rule = mark.rule if "/" in mark.rule or not prefix else f"{prefix}/{mark.rule}"
            found[mark._replace(rule=rule)] += 1
    return found


def _marked(path: str, data: bytes) -> Iterator[Expectation]:
    for line, rule in marks_in(data):
        if not rule:
            raise ValueError(f"{path}:{line}: the mark names no rule: write '# expect: RULE'")
        yield Expectation(rule, path, line)


def _listed(text: str) -> Iterator[Expectation]:
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            place = _PLACE.fullmatch(line.strip())
            if place is None:
                raise ValueError(f"{LIST}:{number}: write RULE, RULE path or RULE path:line")
            yield Expectation(place["rule"], place["path"], int(place["line"]) if place["line"] else None)

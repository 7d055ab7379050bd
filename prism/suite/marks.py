"""Marks: ``# expect: RULE`` at the end of a line of a project says what has to be found there.

They mean the same in the cases of a policy and in the tests of a plugin.
"""

import re
from collections.abc import Iterator
from typing import Final

MARK: Final = re.compile(r"#\s*expect:[ \t]*(?P<rules>[^#'\"]*?)\s*$")


def marks_in(data: bytes) -> Iterator[tuple[int, str]]:
    """Line and rule of each mark in a file; an empty rule where one is missing. Commas stand between several."""
    text = data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    for number, line in enumerate(text.split("\n"), start=1):
        mark = MARK.search(line)
        if mark is not None:
            yield from ((number, rule.strip()) for rule in mark["rules"].split(","))

"""Comments that tell types: TorchScript evaluates them, so that they must not hold more than types.

It looks for ``# type:`` in the lines of a function, whatever part of a line that is, and evaluates what stands before
and behind the arrow; the comments of single parameters are put together first.
"""

import re
from collections.abc import Iterator

from prism_safety.annotations import holds_code
from prism_safety.capability_rules import DYNAMIC_CODE
from prism_safety.obfuscation_text import SourceText, Suspicion

MARK = "# type:"
ARROW = "->"
_IGNORED = re.compile(r"\s*ignore(\[[\w\s,-]*\])?\s*(#.*)?")
_CALL = re.compile(r"[\w\])}'\"]\s*\(|\blambda\b|:=|__")


def type_comments(source: SourceText) -> Iterator[Suspicion]:
    """Lines with a comment about types in which code stands, in files that may be scripted."""
    if MARK not in source.text or "jit" not in source.text:
        return
    for number, line in enumerate(source.text.split("\n"), start=1):
        if MARK in line and any(map(_is_code, _evaluated(line.strip()))):
            start = source.start_of(number)
            says = "This comment about types holds code, which TorchScript evaluates."
            yield Suspicion(DYNAMIC_CODE, source.span(start, start + len(line)), says)


def _evaluated(line: str) -> Iterator[str]:
    """The parts of a line that may be evaluated: it is cut as if the comment stood at its beginning."""
    tail = line.partition(MARK)[2]
    if not _IGNORED.fullmatch(tail):
        yield from tail.split(ARROW, 1)
    if ARROW in tail:
        yield line[len(MARK) : line.index(ARROW)] if line.index(ARROW) > len(MARK) else line


def _is_code(text: str) -> bool:
    """Whether a text, or a longer one that begins or ends with it, may be code and not the names of types."""
    text = text.strip()
    return bool(text) and (holds_code(text) or _CALL.search(text) is not None)

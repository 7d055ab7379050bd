"""Where a file may be cut: between definitions first, then between statements, then between lines."""

import ast
from collections.abc import Iterator, Sequence
from itertools import accumulate

from prism_llm.statements import first_line

MOST_CHARACTERS = 8_000
"""What a piece holds unless a single line holds more."""


def cuts(tree: ast.Module, lines: Sequence[str]) -> list[int]:
    """The lines on which pieces begin, in order; the first is line 1."""
    begins = {1}
    ends = [0, *accumulate(len(line) + 1 for line in lines)]
    ahead: list[Sequence[ast.stmt]] = [tree.body]
    while ahead:
        for node, first in _starts(ahead.pop()):
            begins.add(first)
            if isinstance(node, _LARGE) and ends[node.end_lineno or first] - ends[first - 1] > MOST_CHARACTERS:
                ahead += _blocks(node)
    return sorted(set(_within_bounds(sorted(begins), lines)))


_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_LARGE = (*_DEFINITIONS, ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.TryStar)


def _blocks(node: ast.stmt) -> Iterator[Sequence[ast.stmt]]:
    for name in ("body", "orelse", "finalbody"):
        yield getattr(node, name, ())
    for handler in getattr(node, "handlers", ()):
        yield handler.body


def _starts(body: Sequence[ast.stmt]) -> Iterator[tuple[ast.stmt, int]]:
    """Statements at which a piece may begin, with the line: what stands above belongs to what follows."""
    end = 0
    before: ast.stmt | None = None
    for node in body:
        if before is None or first_line(node) > end:
            is_border = isinstance(node, _LARGE) or isinstance(before, _LARGE)
            if is_border:
                yield node, (end + 1 if before is not None else first_line(node))
        end = node.end_lineno or node.lineno
        before = node


def _within_bounds(begins: Sequence[int], lines: Sequence[str]) -> Iterator[int]:
    """The borders, and others between lines where a piece would be too large."""
    for first, after in zip(begins, [*begins[1:], len(lines) + 1], strict=True):
        yield first
        size = 0
        for line in range(first, after):
            size += len(lines[line - 1]) + 1
            if size > MOST_CHARACTERS and line > first:
                yield line
                size = len(lines[line - 1]) + 1

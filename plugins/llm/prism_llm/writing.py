"""Source text from a syntax tree, with the line of the file that each line came from.

``ast.unparse`` gives no lines, and recurses: a hostile tree ends it. Here a tree is taken apart on a stack of its own,
in time linear in its size.
"""

import ast
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, TypeAlias

INDENT = "    "


class Ask(NamedTuple):
    """An expression that is still to be written; one that binds weaker than ``binding`` gets parentheses."""

    node: ast.AST
    binding: int = 0


class NewLine(NamedTuple):
    """What follows begins a line of its own, which came from ``line``."""

    line: int
    depth: int


class Continued(NamedTuple):
    """A line break inside brackets."""

    line: int


class Block(NamedTuple):
    """Statements that are still to be written."""

    body: Sequence[ast.stmt]
    depth: int


Item: TypeAlias = str | Ask | NewLine | Continued | Block
Take: TypeAlias = Callable[[Ask | Block], Iterable[Item]]


class Written(NamedTuple):
    """Lines of text, and of each the line of the file that it came from; these never go back."""

    lines: list[str]
    sources: list[int]


def write(first: Ask | Block, take: Take) -> Written:
    """Everything that ``take`` makes of an item and of what it is made of."""
    page = _Page()
    stack: list[Item] = [first]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            page.texts.append(item)
        elif isinstance(item, NewLine):
            page.begin(item.line, item.depth)
        elif isinstance(item, Continued):
            page.begin(item.line, page.depth + 1, is_statement=False)
        else:
            stack.extend(reversed(list(take(item))))
    return page.finish()


class _Page:
    def __init__(self) -> None:
        self.depth = 0
        self.texts: list[str] = []
        self._lines: list[str] = []
        self._sources: list[int] = []
        self._line = 1

    def begin(self, line: int, depth: int, *, is_statement: bool = True) -> None:
        self._end()
        self._line = max(self._line, line)
        self.texts.append(INDENT * depth)
        if is_statement:
            self.depth = depth

    def finish(self) -> Written:
        self._end()
        return Written(self._lines, self._sources)

    def _end(self) -> None:
        text = "".join(self.texts).rstrip()
        self.texts.clear()
        if text:
            self._lines.append(text)
            self._sources.append(self._line)

"""The texts in a project that could speak to somebody: comments, strings, names, file names, files that are no code.

What stands close together is one text, so that a sentence in pieces is read as a sentence.
"""

import ast
import sys
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Final, NamedTuple

NEAR_LINES: Final = 2
"""Comments and strings that begin no more lines behind the end of the one before belong to it."""
LONGEST_NAME: Final = 2_000
LONGEST_CHAIN: Final = 8
FEWEST_NUMBERS: Final = 12
_TAB: Final = ord("\t")
_NAMED: Final[dict[type[ast.AST], tuple[str, ...]]] = {
    ast.Name: ("id",),
    ast.arg: ("arg",),
    ast.keyword: ("arg",),
    ast.alias: ("name", "asname"),
    ast.ImportFrom: ("module",),
    ast.FunctionDef: ("name",),
    ast.AsyncFunctionDef: ("name",),
    ast.ClassDef: ("name",),
    ast.ExceptHandler: ("name",),
    ast.MatchAs: ("name",),
    ast.MatchStar: ("name",),
    ast.MatchMapping: ("rest",),
}
"""Of each kind of node, the fields that hold a name."""


class Fragment(NamedTuple):
    """One comment, string or name, with the lines it stands on."""

    text: str
    line: int
    end_line: int


class Passage(NamedTuple):
    """Fragments that may be one text."""

    kind: str
    """What it is called in a message."""
    fragments: Sequence[Fragment]

    def joined(self, between: str) -> str:
        """The text of all fragments."""
        return between.join(fragment.text for fragment in self.fragments)

    def place(self, begin: int, end: int) -> tuple[int, int]:
        """The lines of a stretch of ``joined`` with one character between fragments."""
        starts = list(accumulate((len(fragment.text) + 1 for fragment in self.fragments), initial=0))
        return self._line(starts, begin), self._line(starts, max(begin, end - 1))

    def _line(self, starts: Sequence[int], offset: int) -> int:
        index = min(bisect_right(starts, offset), len(self.fragments)) - 1
        fragment = self.fragments[index]
        return min(fragment.line + fragment.text.count("\n", 0, offset - starts[index]), fragment.end_line)


def passages_of_code(lines: Sequence[str], tree: ast.Module) -> Iterator[Passage]:
    """All texts of a Python file."""
    yield from _grouped("comment", _comments(lines))
    strings: list[tuple[int, Fragment]] = []
    names: dict[str, Fragment] = {}
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str() | bytes() as value):
                text = value if isinstance(value, str) else value.decode("utf-8", "replace")
                strings.append((node.col_offset, _fragment(text, node)))
            case ast.List(elts=elements) | ast.Tuple(elts=elements) if len(elements) >= FEWEST_NUMBERS:
                strings += ((node.col_offset, each) for each in _spelled(node, elements))
            case ast.Attribute():
                _count_chain(node, names)
            case _:
                _count_names(node, names)
    strings.sort(key=lambda each: (each[1].line, each[0]))
    yield from _grouped("string", (fragment for _, fragment in strings))
    yield from (Passage("name", (fragment,)) for fragment in names.values())


def passages_of_lines(lines: Sequence[str]) -> Iterator[Passage]:
    """All texts of a Python file that does not parse: its lines."""
    yield Passage("line", [Fragment(line, number, number) for number, line in enumerate(lines, 1)])


def passages_of_path(path: str) -> Iterator[Passage]:
    """The names of a file and of the folders that it is in."""
    yield Passage("path", (Fragment(path, 1, 1),))


def passages_of_text(text: str) -> Iterator[Passage]:
    """The one text of a file that is no code."""
    yield Passage("text", (Fragment(text, 1, text.count("\n") + 1),))


def _comments(lines: Sequence[str]) -> Iterator[Fragment]:
    """Whatever stands behind a number sign: a string that holds one is read once more, which does no harm."""
    for number, line in enumerate(lines, 1):
        _, sign, text = line.partition("#")
        if sign and (text := text.strip("# \t")):
            yield Fragment(text, number, number)


def _grouped(kind: str, fragments: Iterable[Fragment]) -> Iterator[Passage]:
    near: list[Fragment] = []
    for fragment in fragments:
        if near and fragment.line - near[-1].end_line > NEAR_LINES:
            yield Passage(kind, near)
            near = []
        near.append(fragment)
    if near:
        yield Passage(kind, near)


def _fragment(text: str, node: ast.expr) -> Fragment:
    return Fragment(text, node.lineno, node.end_lineno or node.lineno)


def _spelled(node: ast.expr, elements: Iterable[ast.expr]) -> Iterator[Fragment]:
    """A text that is written as the numbers of its characters."""
    numbers = [each.value for each in elements if isinstance(each, ast.Constant)]
    if len(numbers) >= FEWEST_NUMBERS and all(type(each) is int and _TAB <= each <= sys.maxunicode for each in numbers):
        yield _fragment("".join(map(chr, numbers)), node)  # type: ignore[arg-type] # all of them are whole numbers


def _count_chain(node: ast.Attribute, names: dict[str, Fragment]) -> None:
    """Count an attribute together with what it is read from."""
    parts: list[str] = [node.attr]
    inner = node.value
    while isinstance(inner, ast.Attribute) and len(parts) < LONGEST_CHAIN:
        parts.append(inner.attr)
        inner = inner.value
    if isinstance(inner, ast.Name):
        parts.append(inner.id)
    _count(".".join(reversed(parts)), node.lineno, names)


def _count_names(node: ast.AST, names: dict[str, Fragment]) -> None:
    line = getattr(node, "lineno", 1)
    for field in _NAMED.get(type(node), ()):
        value = getattr(node, field)
        if isinstance(value, str):
            _count(value, line, names)
    if isinstance(node, ast.Global | ast.Nonlocal):
        _count(" ".join(node.names), line, names)
    elif isinstance(node, ast.arguments):
        parameters = [*node.posonlyargs, *node.args, *node.kwonlyargs]
        if len(parameters) > 1:
            _count(" ".join(each.arg for each in parameters), parameters[0].lineno, names)
    elif isinstance(node, ast.ClassDef | ast.Module):
        _count(" ".join(_bound(node.body)), line, names)


def _bound(body: Iterable[ast.stmt]) -> Iterator[str]:
    """The names that the statements of a body bind, in order."""
    for statement in body:
        match statement:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                yield name


def _count(name: str, line: int, names: dict[str, Fragment]) -> None:
    names.setdefault(name, Fragment(name[:LONGEST_NAME], line, line))

"""A project under rewriting: syntax trees, the places that matter in them, and names that nobody uses yet."""

import ast
import random
from collections.abc import Iterable, Iterator, Mapping
from typing import Self

WORDS = ("item", "entry", "value", "piece", "held", "node", "part", "slot", "thing", "unit", "kept", "row")
FUTURE = "__future__"


class Program:
    """Files of a project as trees that rewrites change in place; files that are not Python stay text.

    The *focus* is the code that a rewrite should change: statements at the places where a case expects findings, or
    all statements where none are named. Code that a rewrite builds around the focus belongs to the focus.
    """

    def __init__(self, files: Mapping[str, str], focus: Iterable[tuple[str, int]], chance: random.Random) -> None:
        """Parse the files.

        Raises:
            SyntaxError, ValueError: a file is no Python source.
        """
        self.chance = chance
        self.others = {path: text for path, text in files.items() if not path.endswith(".py")}
        self.trees = {path: ast.parse(text) for path, text in files.items() if path.endswith(".py")}
        self._taken = {name for tree in self.trees.values() for name in _names(tree)} | set(self.trees)
        places = set(focus)
        for path, tree in self.trees.items():
            _focus(tree, {line for at, line in places if at == path} if places else None)

    @classmethod
    def parsed(cls, text: str, *, chance: random.Random | None = None) -> Self:
        """A program of one file, all of it in focus."""
        return cls({"model.py": text}, (), chance or random.Random(0))  # noqa: S311 - a seed makes mutants repeatable

    def files(self) -> dict[str, str]:
        """The program's text by path."""
        return self.others | {path: ast.unparse(ast.fix_missing_locations(tree)) for path, tree in self.trees.items()}

    def fresh(self) -> str:
        """A name that stands nowhere in the program."""
        number = len(self._taken)
        while (name := f"{self.chance.choice(WORDS)}_{number}") in self._taken:
            number += 1
        self._taken.add(name)
        return name

    def import_at_top(self, path: str, module: str) -> str:
        """Import a module under a fresh name at the top of a file; the name."""
        name = self.fresh()
        add_at_top(self.trees[path], [ast.Import(names=[ast.alias(name=module, asname=name)])])
        return name


def add_at_top(tree: ast.Module, statements: Iterable[ast.stmt]) -> None:
    """Put statements first, after a docstring and ``from __future__`` imports."""
    index = 0
    while index < len(tree.body) and _must_stay_first(tree.body[index], index):
        index += 1
    tree.body[index:index] = statements


def in_focus(node: ast.AST) -> bool:
    """Whether a rewrite should change this node."""
    return "in_focus" in vars(node)


def put_in_focus(node: ast.AST) -> None:
    """Make a node and all below it part of the focus."""
    for below in ast.walk(node):
        vars(below)["in_focus"] = True


def header(node: ast.AST) -> Iterator[ast.AST]:
    """What belongs to a statement itself, without the statements inside it."""
    yield node
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.stmt):
            yield from header(child)


def _focus(tree: ast.Module, lines: set[int] | None) -> None:
    """Mark the statements that stand on given lines, or all; decorators count as lines of their definition."""
    for statement in ast.walk(tree):
        if not isinstance(statement, ast.stmt):
            continue
        inside = list(header(statement))
        if lines is None or lines & _lines(inside):
            for node in inside:
                vars(node)["in_focus"] = True


def _lines(nodes: list[ast.AST]) -> set[int]:
    """The lines on which nodes begin; a line that only closes a bracket is nobody's."""
    return {node.lineno for node in nodes if isinstance(node, ast.stmt | ast.expr | ast.alias | ast.pattern)}


def _must_stay_first(statement: ast.stmt, index: int) -> bool:
    is_text = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    is_future = isinstance(statement, ast.ImportFrom) and statement.module == FUTURE
    return is_future or (is_text and index == 0)


def _names(tree: ast.Module) -> Iterator[str]:
    """Every text in a tree that may be a name, also one that is only spelled in a constant."""
    for node in ast.walk(tree):
        for _, value in ast.iter_fields(node):
            yield from (part for part in (value if isinstance(value, list) else [value]) if isinstance(part, str))

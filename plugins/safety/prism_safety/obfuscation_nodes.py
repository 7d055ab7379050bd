"""The nodes of a tree that the rules about text look at, picked out in one pass: they are few among very many."""

import ast
from collections.abc import Iterable
from functools import cached_property
from typing import Any


class Kinds:
    """Constants, calls, tables and strings without effect among the nodes of a file."""

    def __init__(self, nodes: Iterable[ast.AST]) -> None:
        self.constants: list[ast.Constant] = []
        self.calls: list[ast.Call] = []
        self.tables: list[ast.AST] = []
        """Displays and sums, which may hold a table of constants."""
        self.repeated: list[ast.AST] = []
        """Comprehensions, lambdas and augmented assignments: what does something again and again."""
        self._statements: list[ast.Expr] = []
        lists: dict[type[ast.AST], list[Any]] = {
            ast.Constant: self.constants,
            ast.Call: self.calls,
            ast.Expr: self._statements,
            **dict.fromkeys((ast.List, ast.Tuple, ast.Set, ast.Dict, ast.BinOp), self.tables),
            **dict.fromkeys((ast.ListComp, ast.GeneratorExp, ast.Lambda, ast.AugAssign), self.repeated),
        }
        for node in nodes:
            found = lists.get(type(node))
            if found is not None:
                found.append(node)

    @cached_property
    def alone(self) -> frozenset[ast.AST]:
        """Constants that stand alone as a statement, such as docstrings."""
        return frozenset(node.value for node in self._statements if isinstance(node.value, ast.Constant))

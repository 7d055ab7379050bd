"""Rewrites are written down as small pieces of Python; this module fills them in.

``$a`` stands for a name that the program does not use yet, ``E`` for the expression that is rewritten, a module in
capitals (``FUNCTOOLS``) for that module, imported under a fresh name at the top of the file.
"""

import ast
import copy
import string
from collections.abc import Mapping

from tests.safety.mutation.program import Program, put_in_focus
from tests.safety.mutation.sites import Site

MODULES = ("COLLECTIONS", "CONTEXTLIB", "FUNCTOOLS", "ITERTOOLS", "OPERATOR", "TYPING")


class Filling:
    """Fresh names for one rewrite, so that its pieces agree on what ``$a`` is."""

    def __init__(self, program: Program, path: str) -> None:
        self._program = program
        self._path = path
        self._names: dict[str, str] = {}

    def name(self, letter: str) -> str:
        """The name that a letter stands for."""
        if letter not in self._names:
            self._names[letter] = self._program.fresh()
        return self._names[letter]

    def statements(self, template: str, parts: Mapping[str, ast.AST]) -> list[ast.stmt]:
        """A template as statements, all of them in focus."""
        text = string.Template(template)
        tree = ast.parse(text.substitute({letter: self.name(letter) for letter in text.get_identifiers()}))
        modules = {
            name: ast.Name(id=self._program.import_at_top(self._path, name.lower()), ctx=ast.Load())
            for name in MODULES
            if name in template
        }
        filled = _Fill({**parts, **modules}).visit(tree)
        put_in_focus(filled)
        return list(filled.body)

    def expression(self, template: str, parts: Mapping[str, ast.AST]) -> ast.expr:
        """A template as an expression, all of it in focus."""
        (statement,) = self.statements(template, parts)
        if not isinstance(statement, ast.Expr):
            raise TypeError(template)
        return statement.value


def put_before(site: Site, statements: list[ast.stmt]) -> None:
    """Put statements right before the one that a site is part of."""
    block, statement = site.around.block, site.around.statement
    if statement is None:
        raise ValueError(site)
    index = block.index(statement)
    block[index:index] = statements


class _Fill(ast.NodeTransformer):
    """Puts code where a template has a name in capitals."""

    def __init__(self, parts: Mapping[str, ast.AST]) -> None:
        self._parts = parts

    def visit_Name(self, node: ast.Name) -> ast.AST:
        part = self._parts.get(node.id)
        return node if part is None else copy.deepcopy(part)

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        if isinstance(node.value, ast.Name) and isinstance(self._parts.get(node.value.id), ast.stmt):
            return copy.deepcopy(self._parts[node.value.id])
        return self.generic_visit(node)

"""What is kept of one file for comparison: its tokens in pieces, and the units that the pieces make up."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from prism_similarity.names import Names
from prism_similarity.statements import DEFINITIONS, Statements
from prism_similarity.stream import GRAM, Tokens, texts

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A file, class, function or method: its lines, and its pieces as a range of the file's."""

    kind: str
    first_line: int
    last_line: int
    first_piece: int
    last_piece: int


@dataclass(slots=True, kw_only=True)
class Extract:
    """The pieces of one file. No feature crosses from one piece into the next, so their order does not matter.

    A piece is the own code of one definition. Definitions too short for one feature are taken together.
    """

    pieces: list[Tokens] = field(default_factory=list)
    units: list[Unit] = field(default_factory=list)


def extract(tree: ast.Module, own_modules: frozenset[str], lines: int, names: Names | None = None) -> Extract:
    """The pieces and units of a file of so many lines; ``names`` are the tree's own where nothing else is given."""
    result = Extract()
    _Walk(Statements(names or Names(tree, own_modules)), result).module(tree, lines)
    return result


class _Walk:
    def __init__(self, statements: Statements, result: Extract) -> None:
        self._statements = statements
        self._result = result

    def module(self, tree: ast.Module, lines: int) -> None:
        left = self._inside(self._statements.body(tree.body), tree.body, "function")
        self._result.pieces.append(left)
        self._unit("file", 1, lines, 0)

    def _definition(self, node: Definition, kind: str) -> Tokens:
        """Add a definition's pieces and unit; what is too short to stand alone is given back."""
        first_piece = len(self._result.pieces)
        is_class = isinstance(node, ast.ClassDef)
        own = self._statements.decorators(node) + self._statements.body(node.body)
        left = self._inside(own, node.body, "method" if is_class else "function")
        first_line = min([node.lineno, *(each.lineno for each in node.decorator_list)])
        if len(left) >= GRAM:
            self._result.pieces.append(left)
            left = []
        self._unit("class" if is_class else kind, first_line, node.end_lineno or node.lineno, first_piece)
        return left

    def _inside(self, own: Tokens, block: Sequence[ast.stmt], kind: str) -> Tokens:
        """Add a block's own tokens and its definitions; the short ones come back as one, in an order of their own."""
        short = [own]
        if len(own) >= GRAM:
            self._result.pieces.append(own)
            short = []
        short += [self._definition(node, kind) for node in _definitions_in(block)]
        return [token for tokens in sorted(short, key=texts) for token in tokens]

    def _unit(self, kind: str, first_line: int, last_line: int, first_piece: int) -> None:
        self._result.units.append(
            Unit(
                kind=kind,
                first_line=first_line,
                last_line=last_line,
                first_piece=first_piece,
                last_piece=len(self._result.pieces),
            )
        )


def _definitions_in(block: Sequence[ast.stmt]) -> Iterator[Definition]:
    """Definitions in a block and in its branches, in source order, without those inside other definitions."""
    for statement in block:
        if isinstance(statement, DEFINITIONS):
            yield statement
        else:
            for name in ("body", "orelse", "finalbody"):
                yield from _definitions_in(getattr(statement, name, ()))
            for handler in getattr(statement, "handlers", ()):
                yield from _definitions_in(handler.body)

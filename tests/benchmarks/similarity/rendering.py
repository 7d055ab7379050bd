"""Source text of a rewritten tree, and which line of which original each of its lines comes from."""

import ast
from collections.abc import Iterator
from typing import NamedTuple


class Origin(NamedTuple):
    """Lines of an earlier submission."""

    model: str
    first: int
    last: int


Truth = dict[int, Origin]


def mark(tree: ast.Module, model: str) -> ast.Module:
    """The tree with every statement marked by where it comes from."""
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt):
            node.origin = Origin(model, *_header(node))  # type: ignore[attr-defined] # a mark of our own
    return tree


def like(new: ast.stmt, old: ast.AST) -> ast.stmt:
    """A new statement marked like the one it was made from."""
    ast.copy_location(new, old)
    origin = getattr(old, "origin", None)
    if origin is not None:
        new.origin = origin  # type: ignore[attr-defined] # a mark of our own
    return new


def render(tree: ast.Module) -> tuple[str, Truth]:
    """Text of a tree, and the origin of its lines; a line without one is new."""
    text = ast.unparse(ast.fix_missing_locations(tree)) + "\n"
    truth: Truth = {}
    written = ast.parse(text)
    for new, old in zip(_statements(written), _statements(tree), strict=True):
        if type(new) is not type(old):
            raise AssertionError(f"{ast.dump(new)[:80]} stands where {ast.dump(old)[:80]} was written")
        origin = getattr(old, "origin", None)
        if origin is not None:
            first, last = _header(new)
            truth.update(dict.fromkeys(range(first, last + 1), origin))
    return text, truth


def _header(node: ast.stmt) -> tuple[int, int]:
    """The lines of a statement without those of the statements in it."""
    first = min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", []))])
    inner = getattr(node, "body", None) or getattr(node, "cases", None)
    if inner:
        start = inner[0].lineno if isinstance(inner[0], ast.stmt) else inner[0].pattern.lineno
        return first, max(first, start - 1)
    return first, node.end_lineno or node.lineno


def _statements(tree: ast.AST) -> Iterator[ast.stmt]:
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, ast.stmt):
            yield child
        yield from _statements(child)

"""Disguises that leave every statement as it is: layout, names, order, numbers, and idle statements between."""

import ast
import random
from collections.abc import Sequence

from tests.benchmarks.similarity.rendering import like
from tests.benchmarks.similarity.scopes import (
    WORDS,
    blocks,
    functions,
    imported,
    is_docstring,
    loads,
    own_attributes,
    own_names,
    parameters,
)


def plain(tree: ast.Module, rng: random.Random) -> ast.Module:
    """Written anew: no comments, one style of quotes, one statement a line."""
    return tree


def bare(tree: ast.Module, rng: random.Random) -> ast.Module:
    """Without docstrings, annotations and assertions."""
    for block in blocks(tree):
        kept = [each for each in block if not is_docstring(each) and not isinstance(each, ast.Assert)]
        block[:] = [_unannotated(each) for each in kept] or [like(ast.Pass(), block[0])]
    for function in functions(tree):
        function.returns = None
        for each in parameters(function):
            each.annotation = None
    return tree


def _unannotated(statement: ast.stmt) -> ast.stmt:
    if isinstance(statement, ast.AnnAssign) and statement.value is not None and isinstance(statement.target, ast.Name):
        return like(ast.Assign(targets=[statement.target], value=statement.value), statement)
    return statement


def renamed(tree: ast.Module, rng: random.Random) -> ast.Module:
    """Every name that the file binds itself becomes another."""
    names, attributes = own_names(tree), own_attributes(tree)
    pool = [f"{one}_{other}" for one in WORDS for other in WORDS]
    rng.shuffle(pool)
    fresh = dict(zip(sorted(names | attributes), pool, strict=False))
    _Rename(fresh, attributes, imported(tree)).visit(tree)
    return tree


class _Rename(ast.NodeTransformer):
    def __init__(self, names: dict[str, str], attributes: set[str], outside: set[str]) -> None:
        self.names = names
        self.attributes = attributes
        self.outside = outside

    def visit_Name(self, node: ast.Name) -> ast.AST:
        node.id = self.names.get(node.id, node.id)
        return node

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.arg = self.names.get(node.arg, node.arg)
        return self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        root = node.value
        while isinstance(root, ast.Attribute):
            root = root.value
        if node.attr in self.attributes and not (isinstance(root, ast.Name) and root.id in self.outside):
            node.attr = self.names.get(node.attr, node.attr)
        return self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        root = node.func
        while isinstance(root, ast.Attribute):
            root = root.value
        if not (isinstance(root, ast.Name) and root.id in self.outside):
            for keyword in node.keywords:
                keyword.arg = self.names.get(keyword.arg or "", keyword.arg or "") or None
        return self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.name = self.names.get(node.name, node.name)
        return self.generic_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        node.name = self.names.get(node.name, node.name)
        return self.generic_visit(node)


def shuffled_definitions(tree: ast.Module, rng: random.Random) -> ast.Module:
    """Methods of a class, and functions and classes of a file, in another order."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            _shuffle(node.body, rng)
    _shuffle(tree.body, rng)
    return tree


def _shuffle(block: list[ast.stmt], rng: random.Random) -> None:
    """Shuffle the undecorated definitions of a block among their places; what reads a name at once stays behind it."""
    movable = [index for index, each in enumerate(block) if _is_movable(each)]
    moved = [block[index] for index in movable]
    rng.shuffle(moved)
    order = block.copy()
    for index, each in zip(movable, moved, strict=True):
        order[index] = each
    if _is_sound(order, {getattr(each, "name", "") for each in moved}):
        block[:] = order


def _is_movable(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.FunctionDef | ast.ClassDef) and not statement.decorator_list


def _is_sound(order: Sequence[ast.stmt], moved: set[str]) -> bool:
    seen: set[str] = set()
    for statement in order:
        at_once: list[ast.AST] = [statement]
        if isinstance(statement, ast.FunctionDef):
            at_once = [*statement.args.defaults, *[each for each in statement.args.kw_defaults if each]]
        elif isinstance(statement, ast.ClassDef):
            at_once = [*statement.bases, *[each for each in statement.body if not isinstance(each, ast.FunctionDef)]]
        if (loads(at_once) & moved) - seen:
            return False
        seen.add(getattr(statement, "name", ""))
    return True


def shuffled_attributes(tree: ast.Module, rng: random.Random) -> ast.Module:
    """Attributes that do not need one another are set in another order; random starts change with it."""
    for block in blocks(tree):
        start = 0
        while start < len(block):
            end = start
            written: set[str] = set()
            while end < len(block) and _sets_attribute(block[end]) and not _reads(block[end], written):
                written |= _written(block[end])
                end += 1
            part = block[start:end]
            rng.shuffle(part)
            block[start:end] = part
            start = max(end, start + 1)
    return tree


def _sets_attribute(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Attribute)


def _written(statement: ast.stmt) -> set[str]:
    return {
        node.attr for node in ast.walk(statement) if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
    }


def _reads(statement: ast.stmt, written: set[str]) -> bool:
    read = {node.attr for node in ast.walk(statement) if isinstance(node, ast.Attribute)}
    return bool(read & written)


def padded(tree: ast.Module, rng: random.Random) -> ast.Module:
    """Statements that do nothing between the others: unused values, empty branches, messages."""
    for block in blocks(tree):
        inside: list[ast.stmt] = []
        for statement in block:
            is_first = is_docstring(statement) or isinstance(statement, ast.ImportFrom)
            inside += [statement] if is_first or rng.random() > 0.4 else [*_idle(rng), statement]
        block[:] = inside
    return tree


def _idle(rng: random.Random) -> list[ast.stmt]:
    name = f"{rng.choice(WORDS)}_{rng.randrange(1000)}"
    return ast.parse(
        rng.choice(
            (
                f"{name} = {rng.randrange(100)}",
                f"{name} = [{rng.randrange(9)} for _ in range({rng.randrange(9)})]",
                f"if False:\n    {name} = None",
                "pass",
                f"{name} = '{name}'.upper()",
                f"{name} = lambda value: value + {rng.randrange(9)}",
                f"assert {rng.randrange(1, 9)} > 0",
                f"if {rng.randrange(9)} < 0:\n    raise ValueError('{name}')",
            )
        )
    ).body


def retuned(tree: ast.Module, rng: random.Random) -> ast.Module:
    """Numbers are others; this one changes what is computed."""
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=bool()):
                continue
            case ast.Constant(value=int() | float() as value) if value not in {0, 1, 2, -1}:
                node.value = value * rng.choice((2, 3, 4))
    return tree

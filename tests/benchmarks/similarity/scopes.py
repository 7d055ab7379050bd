"""What a rewriting has to know about names: which a file binds, and which a block reads and writes."""

import ast
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

Function = ast.FunctionDef | ast.AsyncFunctionDef
API_WORDS: Final = """
self cls forward weight bias training eval train state_dict parameters modules children device dtype shape data grad
config register_buffer load_state_dict apply to size dim view step items keys values get update append extend copy pop
index count format split join strip replace half float long int bool type add mul sub div sum mean std var max min
norm out_features in_features in_channels out_channels kernel_size stride padding groups heads sample mode
"""
PROTECTED: Final = frozenset(API_WORDS.split())

WORD_LIST: Final = """
amber basin cedar delta ember fjord grove haven inlet jetty knoll ledge marsh north ocean plain quarry ridge shore
tundra upland valley willow yonder zephyr alder birch copse dune eddy fern glade heath isle juniper kelp lagoon
"""
WORDS: Final = tuple(WORD_LIST.split())
"""What invented names are made of."""


def functions(tree: ast.AST) -> Iterator[Function]:
    """Every function and method of a tree."""
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def parameters(function: Function | ast.Lambda) -> list[ast.arg]:
    """All parameters of a function."""
    given = function.args
    rest = [each for each in (given.vararg, given.kwarg) if each]
    return [*given.posonlyargs, *given.args, *given.kwonlyargs, *rest]


def stores(nodes: Iterable[ast.AST]) -> set[str]:
    """Local names that the nodes bind."""
    return {
        node.id
        for each in nodes
        for node in ast.walk(each)
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)
    }


def assigned(nodes: Iterable[ast.AST]) -> set[str]:
    """Names that the nodes bind in the scope they stand in: a comprehension's are its own."""
    ahead, names = [*nodes], set()
    while ahead:
        node = ahead.pop()
        if isinstance(node, ast.comprehension | ast.Lambda):
            continue
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            names.add(node.id)
        ahead += ast.iter_child_nodes(node)
    return names


def loads(nodes: Iterable[ast.AST]) -> set[str]:
    """Names that the nodes read; what an augmented assignment changes is read too."""
    read = {
        node.id
        for each in nodes
        for node in ast.walk(each)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }
    for each in nodes:
        for node in ast.walk(each):
            if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
                read.add(node.target.id)
    return read


def imported(tree: ast.AST) -> set[str]:
    """Names bound by imports."""
    return {
        alias.asname or alias.name.partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }


def own_names(tree: ast.Module) -> set[str]:
    """Variables, parameters, functions and classes that a file binds itself and that may be called otherwise."""
    names = stores([tree])
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        if isinstance(node, Function | ast.Lambda):
            names.update(each.arg for each in parameters(node))
    return _free(names - imported(tree))


def own_attributes(tree: ast.Module) -> set[str]:
    """Attributes and methods that a file gives its own objects and that may be called otherwise."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            found.add(node.attr)
        if isinstance(node, ast.ClassDef):
            found.update(stores([each for each in node.body if isinstance(each, ast.Assign | ast.AnnAssign)]))
            found.update(each.name for each in node.body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef))
    texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return _free(found - texts)


def _free(names: set[str]) -> set[str]:
    return {name for name in names - PROTECTED if not (name.startswith("__") and name.endswith("__"))}


def blocks(tree: ast.AST) -> Iterator[list[ast.stmt]]:
    """Every list of statements in a tree, inner ones first."""
    for node in [*ast.walk(tree)][::-1]:
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if isinstance(block, list) and block and isinstance(block[0], ast.stmt):
                yield block


def is_docstring(statement: ast.stmt) -> bool:
    """Whether a statement is a text that does nothing."""
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def has_jump(nodes: Sequence[ast.stmt]) -> bool:
    """Whether control can leave the statements anywhere but at their end, or a name's scope is declared in them."""
    kinds = (
        ast.Return, ast.Yield, ast.YieldFrom, ast.Await, ast.Break, ast.Continue, ast.Global, ast.Nonlocal, ast.Import,
        ast.ImportFrom, ast.FunctionDef, ast.ClassDef, ast.Delete, ast.NamedExpr, ast.Lambda, ast.Try,
    )  # fmt: skip
    calls_super = ("super", "locals", "vars", "eval", "exec")
    return any(
        isinstance(inner, kinds) or (isinstance(inner, ast.Name) and inner.id in calls_super)
        for node in nodes
        for inner in ast.walk(node)
    )


class Swap(ast.NodeTransformer):
    """Puts an expression in the place of a node."""

    def __init__(self, old: ast.AST, new: ast.expr) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        return self.new if node is self.old else self.generic_visit(node)

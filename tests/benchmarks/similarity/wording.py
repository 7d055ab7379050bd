"""Disguises that say the same operation otherwise: operands, calls for operators, names for libraries."""

import ast
import random
from typing import Final

from tests.benchmarks.similarity.rendering import like
from tests.benchmarks.similarity.scopes import WORDS, imported

TENSOR_METHODS: Final = """
transpose reshape permute unsqueeze squeeze flatten softmax matmul chunk sum mean
"""


def reckoned(tree: ast.Module, rng: random.Random) -> ast.Module:
    """Operands swapped, comparisons turned round, numbers spelt otherwise, in-place operators written out."""
    _Reckon(rng).visit(tree)
    return ast.fix_missing_locations(tree)


class _Reckon(ast.NodeTransformer):
    def __init__(self, rng: random.Random) -> None:
        self.rng = rng

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        texts = any(
            isinstance(each, ast.List | ast.Tuple | ast.JoinedStr | ast.Constant) for each in (node.left, node.right)
        )
        if isinstance(node.op, ast.Add | ast.Mult) and not texts:
            node.left, node.right = node.right, node.left
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        self.generic_visit(node)
        swap = {
            ast.Lt: ast.Gt,
            ast.Gt: ast.Lt,
            ast.LtE: ast.GtE,
            ast.GtE: ast.LtE,
            ast.Eq: ast.Eq,
            ast.NotEq: ast.NotEq,
        }
        if len(node.ops) == 1 and type(node.ops[0]) in swap:
            return ast.Compare(node.comparators[0], [swap[type(node.ops[0])]()], [node.left])
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.target, ast.Name):
            value = ast.BinOp(ast.Name(node.target.id, ast.Load()), node.op, node.value)
            return like(ast.Assign([node.target], value), node)
        return node

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if (
            isinstance(node.value, int)
            and not isinstance(node.value, bool)
            and node.value > 3
            and self.rng.random() < 0.6
        ):
            part = self.rng.randrange(1, node.value)
            return ast.BinOp(ast.Constant(node.value - part), ast.Add(), ast.Constant(part))
        return node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        return node

    def visit_MatchValue(self, node: ast.MatchValue) -> ast.AST:
        return node


def spoken(tree: ast.Module, rng: random.Random) -> ast.Module:
    """Methods of tensors as functions, operators as calls, keywords in another order."""
    outside = imported(tree)
    if "torch" not in outside:
        return tree
    _Speak(rng, outside).visit(tree)
    return ast.fix_missing_locations(tree)


class _Speak(ast.NodeTransformer):
    METHODS: Final = frozenset(TENSOR_METHODS.split())

    def __init__(self, rng: random.Random, outside: set[str]) -> None:
        self.rng = rng
        self.outside = outside

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        self.rng.shuffle(node.keywords)
        node.keywords.sort(key=lambda keyword: keyword.arg is None)
        match node.func:
            case ast.Attribute(value=ast.Name(id=root)) if root in self.outside or root in {"self", "cls", "super"}:
                return node
            case ast.Attribute(value=value, attr=name) if name in self.METHODS and len(node.args) < 3:
                if name in {"reshape", "permute"}:
                    return node
                return ast.Call(
                    ast.Attribute(ast.Name("torch", ast.Load()), name, ast.Load()), [value, *node.args], node.keywords
                )
            case _:
                return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.op, ast.MatMult):
            return ast.Call(
                ast.Attribute(ast.Name("torch", ast.Load()), "matmul", ast.Load()), [node.left, node.right], []
            )
        return node


def hoisted(tree: ast.Module, rng: random.Random) -> ast.Module:
    """Library classes and functions get names of the file's own, and some are reached through ``getattr``."""
    outside = imported(tree)
    hoist = _Hoist(rng, outside)
    for statement in tree.body:
        if isinstance(statement, ast.FunctionDef | ast.ClassDef):
            hoist.visit(statement)
    first = next(
        (index for index, each in enumerate(tree.body) if isinstance(each, ast.FunctionDef | ast.ClassDef)),
        len(tree.body),
    )
    tree.body[first:first] = [ast.Assign([ast.Name(name, ast.Store())], value) for name, value in hoist.made.values()]
    return tree


class _Hoist(ast.NodeTransformer):
    def __init__(self, rng: random.Random, outside: set[str]) -> None:
        self.rng = rng
        self.outside = outside
        self.made: dict[str, tuple[str, ast.expr]] = {}

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.body = [self.visit(each) for each in node.body]
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        node.body = [self.visit(each) if isinstance(each, ast.FunctionDef) else each for each in node.body]
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        match node:
            case ast.Attribute(value=ast.Name(id="nn" | "F" as root), attr=name) if root in self.outside:
                if self.rng.random() < 0.3:
                    return ast.Call(ast.Name("getattr", ast.Load()), [node.value, ast.Constant(name)], [])
                made = self.made.setdefault(f"{root}.{name}", (f"{self.rng.choice(WORDS)}_{len(self.made)}", node))
                return ast.Name(made[0], ast.Load())
            case _:
                return self.generic_visit(node)

"""Disguises that move statements and methods into other definitions."""

import ast
import random
from collections.abc import Sequence

from tests.benchmarks.similarity.scopes import WORDS, Function, assigned, functions, has_jump, loads, parameters


def outlined(tree: ast.Module, rng: random.Random) -> ast.Module:
    """Runs of statements move into functions of their own."""
    made: list[ast.stmt] = []
    for function in [*functions(tree)]:
        if sum(1 for _ in ast.walk(function)) > 60 and function.name != "__init__":
            made += _outline(function, rng)
    tree.body += made
    return tree


def _outline(function: Function, rng: random.Random) -> list[ast.stmt]:
    body = function.body
    size = min(4, len(body) - 2)
    if size < 2:
        return []
    start = rng.randrange(0, len(body) - size)
    part = body[start : start + size]
    before = assigned(body[:start]) | {each.arg for each in parameters(function)}
    inputs = sorted(loads(part) & before)
    outputs = sorted(assigned(part) & loads(body[start + size :]))
    unsure = (assigned(part) & loads(part)) - set(inputs) - _surely_bound(part)
    if has_jump(part) or not outputs or unsure or set(outputs) - _surely_bound(part) - before:
        return []
    inputs = sorted(set(inputs) | (set(outputs) & before))
    name = f"{rng.choice(WORDS)}_{rng.choice(WORDS)}_{rng.randrange(10000)}"
    result: ast.expr = ast.Tuple([ast.Name(each, ast.Load()) for each in outputs], ast.Load())
    target: ast.expr = ast.Tuple([ast.Name(each, ast.Store()) for each in outputs], ast.Store())
    call = ast.Call(ast.Name(name, ast.Load()), [ast.Name(each, ast.Load()) for each in inputs], [])
    body[start : start + size] = [ast.Assign([target], call)]
    arguments = ast.arguments(
        posonlyargs=[], args=[ast.arg(each) for each in inputs], kwonlyargs=[], kw_defaults=[], defaults=[]
    )
    return [ast.FunctionDef(name, arguments, [*part, ast.Return(result)], [])]


def _surely_bound(part: Sequence[ast.stmt]) -> set[str]:
    return assigned([each for each in part if isinstance(each, ast.Assign | ast.AnnAssign)])


def inherited(tree: ast.Module, rng: random.Random) -> ast.Module:
    """Each larger class is parted in two, of which one inherits from the other."""
    out: list[ast.stmt] = []
    for node in tree.body:
        methods = [
            each for each in getattr(node, "body", []) if isinstance(each, ast.FunctionDef) and not each.decorator_list
        ]
        moved = [each for each in methods if not each.name.startswith("__") and "super" not in loads([each])]
        if isinstance(node, ast.ClassDef) and len(moved) > 1 and not node.keywords:
            rng.shuffle(moved)
            moved = moved[: len(moved) // 2]
            base = ast.ClassDef(f"{node.name}_{rng.choice(WORDS)}", [], [], [], [])
            base.body = list(moved)
            node.body = [each for each in node.body if each not in moved]
            node.bases = [ast.Name(base.name, ast.Load()), *node.bases]  # first: else it would be hidden
            out.append(base)
        out.append(node)
    tree.body = out
    return tree


def detached(tree: ast.Module, rng: random.Random) -> ast.Module:
    """Methods become functions of the file that their classes take in."""
    out: list[ast.stmt] = []
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            for index, each in enumerate(node.body):
                if not isinstance(each, ast.FunctionDef) or each.decorator_list or each.name.startswith("__"):
                    continue
                if not {"super", "__class__"} & loads([each]):
                    name = f"{node.name.strip('_')}_{each.name}"
                    node.body[index] = ast.Assign([ast.Name(each.name, ast.Store())], ast.Name(name, ast.Load()))
                    each.name = name
                    out.append(each)
        out.append(node)
    tree.body = out
    return tree

"""Disguises that change how a computation is laid out in statements: loops, branches, names for values."""

import ast
import random

from tests.benchmarks.similarity.rendering import like
from tests.benchmarks.similarity.scopes import WORDS, Function, Swap, blocks, functions, loads, stores


def looped(tree: ast.Module, rng: random.Random) -> ast.Module:
    """Comprehensions become loops that append, and counting loops become ``while``."""
    for function in [*functions(tree)]:
        for block in blocks(function):
            out: list[ast.stmt] = []
            for statement in block:
                out += _as_loop(statement, rng) or _as_while(statement) or [statement]
            block[:] = out
    return tree


def _as_loop(statement: ast.stmt, rng: random.Random) -> list[ast.stmt] | None:
    found = [node for node in ast.walk(statement) if isinstance(node, ast.ListComp)]
    simple = isinstance(statement, ast.Assign | ast.Return | ast.Expr)
    lambdas = any(
        isinstance(node, ast.Lambda | ast.GeneratorExp | ast.DictComp | ast.SetComp) for node in ast.walk(statement)
    )
    if not simple or len(found) != 1 or len(found[0].generators) != 1 or lambdas:
        return None
    comprehension, generator = found[0], found[0].generators[0]
    name = f"{rng.choice(WORDS)}_{rng.randrange(1000)}"
    append = ast.Expr(
        ast.Call(ast.Attribute(ast.Name(name, ast.Load()), "append", ast.Load()), [comprehension.elt], [])
    )
    inner: ast.stmt = like(append, statement)
    for test in generator.ifs:
        inner = like(ast.If(test=test, body=[inner], orelse=[]), statement)
    loop = like(ast.For(target=generator.target, iter=generator.iter, body=[inner], orelse=[]), statement)
    first = like(ast.Assign(targets=[ast.Name(name, ast.Store())], value=ast.List([], ast.Load())), statement)
    Swap(comprehension, ast.Name(name, ast.Load())).visit(statement)
    return [first, loop, statement]


def _as_while(statement: ast.stmt) -> list[ast.stmt] | None:
    match statement:
        case ast.For(target=ast.Name(id=name), iter=ast.Call(func=ast.Name(id="range"), args=[end]), orelse=[]) if (
            not any(isinstance(node, ast.Continue | ast.Lambda) for node in ast.walk(statement))
            and name not in stores(statement.body)
        ):
            is_steady = isinstance(end, ast.Constant) or not loads([end]) & stores(statement.body)
            if not is_steady:
                return None
            first = like(ast.Assign([ast.Name(name, ast.Store())], ast.Constant(0)), statement)
            step = like(ast.AugAssign(ast.Name(name, ast.Store()), ast.Add(), ast.Constant(1)), statement)
            test = ast.Compare(ast.Name(name, ast.Load()), [ast.Lt()], [end])
            return [first, like(ast.While(test, [*statement.body, step], []), statement)]
        case _:
            return None


def branched(tree: ast.Module, rng: random.Random) -> ast.Module:
    """Branches the other way round, conditional values as branches, early returns as ``else``."""
    for block in blocks(tree):
        out: list[ast.stmt] = []
        for index, statement in enumerate(block):
            if isinstance(statement, ast.If) and _ends_early(statement) and block[index + 1 :] and rng.random() < 0.7:
                statement.orelse = block[index + 1 :]
                out.append(_inverted(statement))
                break
            out += _as_branch(statement) or [_inverted(statement) if rng.random() < 0.7 else statement]
        block[:] = out
    return tree


def _ends_early(statement: ast.stmt) -> bool:
    return (
        isinstance(statement, ast.If)
        and not statement.orelse
        and isinstance(statement.body[-1], ast.Return | ast.Raise)
    )


def _inverted(statement: ast.stmt) -> ast.stmt:
    if isinstance(statement, ast.If) and statement.orelse:
        statement.test = _negated(statement.test)
        statement.body, statement.orelse = statement.orelse, statement.body
    return statement


def _negated(test: ast.expr) -> ast.expr:
    opposite = {
        ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
        ast.In: ast.NotIn, ast.NotIn: ast.In,
    }  # fmt: skip
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return operand
        case ast.Compare(ops=[operator]) if type(operator) in opposite:
            return ast.Compare(test.left, [opposite[type(operator)]()], test.comparators)
        case _:
            return ast.UnaryOp(ast.Not(), test)


def _as_branch(statement: ast.stmt) -> list[ast.stmt] | None:
    match statement:
        case ast.Assign(
            targets=[ast.Name() | ast.Attribute() as target], value=ast.IfExp(test=test, body=body, orelse=other)
        ):
            sides = [like(ast.Assign([target], value), statement) for value in (body, other)]
        case ast.Return(value=ast.IfExp(test=test, body=body, orelse=other)):
            sides = [like(ast.Return(value), statement) for value in (body, other)]
        case _:
            return None
    return [like(ast.If(test, [sides[0]], [sides[1]]), statement)]


def stepped(tree: ast.Module, rng: random.Random) -> ast.Module:
    """Values get names of their own before they are used."""
    for function in functions(tree):
        for block in blocks(function):
            out: list[ast.stmt] = []
            for statement in block:
                out += [*_named_parts(statement, rng), statement]
            block[:] = out
    return tree


def _named_parts(statement: ast.stmt, rng: random.Random) -> list[ast.stmt]:
    if not isinstance(statement, ast.Assign | ast.Return | ast.AugAssign):
        return []
    value = statement.value
    parts: list[ast.stmt] = []
    while (
        isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and isinstance(value.func.value, ast.Call)
    ):
        value = value.func.value
    slot: ast.expr | None = None
    if isinstance(statement.value, ast.Call) and statement.value.args and isinstance(statement.value.args[0], ast.Call):
        slot = statement.value.args[0]
    elif value is not statement.value:
        slot = value
    elif isinstance(statement.value, ast.BinOp) and isinstance(statement.value.left, ast.Call | ast.BinOp):
        slot = statement.value.left
    if slot is None:
        return []
    name = f"{rng.choice(WORDS)}_{rng.randrange(1000)}"
    parts.append(like(ast.Assign([ast.Name(name, ast.Store())], slot), statement))
    Swap(slot, ast.Name(name, ast.Load())).visit(statement)
    return parts


def folded(tree: ast.Module, rng: random.Random) -> ast.Module:
    """Names that are used once, in the very next statement, give way to their values."""
    for function in functions(tree):
        for block in blocks(function):
            _fold(block, function)
    return tree


def _fold(block: list[ast.stmt], function: Function) -> None:
    index = 0
    while index + 1 < len(block):
        now, then = block[index], block[index + 1]
        match now:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if isinstance(
                then, ast.Assign | ast.Return | ast.Expr
            ):
                uses = [node for node in ast.walk(function) if isinstance(node, ast.Name) and node.id == name]
                here = [node for node in ast.walk(then) if isinstance(node, ast.Name) and node.id == name]
                closed = any(isinstance(node, ast.Lambda | ast.ListComp | ast.GeneratorExp) for node in ast.walk(then))
                first = _first_evaluated(then)
                if len(uses) == 2 and len(here) == 1 and here[0] is first and not closed:
                    Swap(here[0], value).visit(then)
                    del block[index]
                    continue
        index += 1


def _first_evaluated(statement: ast.stmt) -> ast.AST | None:
    """The name that a statement reads before it does anything else."""
    node: ast.AST | None = getattr(statement, "value", None)
    while node is not None and not isinstance(node, ast.Name):
        match node:
            case ast.Call(func=ast.Attribute(value=value)) if not isinstance(value, ast.Name) or value.id not in {
                "self",
                "F",
                "torch",
                "nn",
            }:
                node = value
            case ast.Call(args=[first, *_]):
                node = first
            case ast.BinOp(left=left):
                node = left
            case ast.Attribute(value=value) | ast.Subscript(value=value):
                node = value
            case _:
                return None
    return node

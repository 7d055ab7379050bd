"""Works out an expression for one value of a loop variable, as comprehensions over constants spell out names."""

import ast
from collections.abc import Mapping
from typing import TYPE_CHECKING

from prism_safety import fold, values
from prism_safety.values import Constant, Value, constant

if TYPE_CHECKING:
    from prism_safety.resolve import Resolver

MAX_ELEMENTS = 64
MAX_DEPTH = 12
Names = Mapping[str, Constant]


def elements_of(value: Value) -> list[Constant] | None:
    """What iterating over a value gives, in order, when that is known exactly."""
    only = next(iter(value)) if len(value) == 1 else None
    if isinstance(only, Constant) and isinstance(only.value, str | bytes) and len(only.value) <= MAX_ELEMENTS:
        return [Constant(part, type(part)) for part in only.value]
    if not isinstance(only, values.Items) or any(key is None for key, _ in only.pairs):
        return None
    found = [next(iter(held)) if len(held) == 1 else None for _, held in only.pairs]
    exact = [part for part in found if isinstance(part, Constant)]
    return exact if len(exact) == len(found) else None


def exact(parts: list[Value]) -> Value:
    """A list with exactly these elements."""
    return values.container((Constant(index, int), part) for index, part in enumerate(parts))


def spelled_out(node: ast.ListComp | ast.GeneratorExp, resolver: "Resolver") -> Value | None:
    """The elements of a comprehension over constants in one variable; ``None`` when it is anything else."""
    generator = node.generators[0]
    is_plain = len(node.generators) == 1 and not generator.ifs and isinstance(generator.target, ast.Name)
    listed = elements_of(resolver.value(generator.iter)) if is_plain else None
    if listed is None or not isinstance(generator.target, ast.Name):
        return None
    resolver.memo.spend(len(listed))
    found = [_worked_out(node.elt, {generator.target.id: part}, resolver, MAX_DEPTH) for part in listed]
    return exact([constant(part.value) for part in found if part is not None]) if None not in found else None


def _worked_out(node: ast.expr, names: Names, resolver: "Resolver", depth: int) -> Constant | None:
    resolver.memo.spend(1)
    if not depth:
        return None
    if isinstance(node, ast.Name) and node.id in names:
        return names[node.id]
    if isinstance(node, ast.BinOp):
        left = _worked_out(node.left, names, resolver, depth - 1)
        right = _worked_out(node.right, names, resolver, depth - 1)
        return _only(fold.combine(node.op, frozenset({left}), frozenset({right}))) if left and right else None
    if isinstance(node, ast.Call):
        return _called(node, names, resolver, depth)
    if isinstance(node, ast.Subscript):
        held, key = resolver.value(node.value), _worked_out(node.slice, names, resolver, depth - 1)
        return _only(resolver.expressions.item_of(held, frozenset({key}))) if key is not None else None
    return _only(resolver.value(node))


def _called(node: ast.Call, names: Names, resolver: "Resolver", depth: int) -> Constant | None:
    arguments = [_worked_out(part, names, resolver, depth - 1) for part in node.args]
    if None in arguments or node.keywords:
        return None
    given = tuple(frozenset({part}) for part in arguments if part is not None)
    if isinstance(node.func, ast.Attribute):
        receiver = _worked_out(node.func.value, names, resolver, depth - 1)
        return _only(resolver.call_method(receiver, node.func.attr, given)) if receiver is not None else None
    found = [resolver.call(atom, given, resolver.place(node)) for atom in resolver.value(node.func)]
    return _only(found[0]) if len(found) == 1 else None


def _only(value: Value) -> Constant | None:
    only = next(iter(value)) if len(value) == 1 else None
    return only if isinstance(only, Constant) else None

"""What displays, subscripts, operators and f-strings give, from what is in them."""

import ast
from typing import TYPE_CHECKING

from msgspec.structs import replace

from prism_safety import fold, paths, values
from prism_safety.spelled import spelled_out
from prism_safety.values import NOTHING, UNKNOWN, Atom, Constant, Value, constant, container, union

if TYPE_CHECKING:
    from prism_safety.resolve import Resolver

OPERATORS = tuple(
    f"__{side}{name}__"
    for side in ("", "r")
    for name in (
        *("add", "sub", "mul", "matmul", "truediv", "floordiv", "mod", "pow"),
        *("and", "or", "xor", "lshift", "rshift"),
    )
)


class Expressions:
    """Values of the expressions that are made of others."""

    def __init__(self, resolver: "Resolver") -> None:
        self.resolver = resolver

    def display(self, node: ast.Tuple | ast.List | ast.Set) -> Value:
        """What a list, tuple or set written out holds."""
        has_star = any(isinstance(element, ast.Starred) for element in node.elts)
        pairs: list[tuple[Constant | None, Value]] = []
        for index, element in enumerate(node.elts):
            key = None if has_star or isinstance(node, ast.Set) else Constant(index, int)
            value = self.resolver.value(element)
            pairs.append((key, values.elements(value) if isinstance(element, ast.Starred) else value))
        self.resolver.memo.spend(len(pairs))
        return container(pairs)

    def dict(self, node: ast.Dict) -> Value:
        """What a dictionary written out holds."""
        pairs: list[tuple[Constant | None, Value]] = []
        for key, value in zip(node.keys, node.values, strict=True):
            if key is None:
                pairs.append((None, values.elements(self.resolver.value(value))))
                continue
            keys = self.resolver.value(key)
            if values.symbols(keys):
                pairs.append((None, keys))
            only = next(iter(keys)) if len(keys) == 1 else None
            pairs.append((only if isinstance(only, Constant) else None, self.resolver.value(value)))
        self.resolver.memo.spend(len(pairs))
        return container(pairs)

    def comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> Value:
        """What a comprehension holds, element by element where they are constants."""
        found = None if isinstance(node, ast.SetComp) else spelled_out(node, self.resolver)
        if found is not None:
            return found
        return container([(None, self.resolver.value(node.elt))])

    def subscript(self, node: ast.Subscript) -> Value:
        """What an item or a slice of something may be."""
        value = self.resolver.value(node.value)
        if isinstance(node.slice, ast.Slice):
            return union(self._sliced(atom, node.slice) for atom in values.ordered(value))
        return union(
            [
                self.item_of(value, self.resolver.value(node.slice)),
                self.resolver.special(value, "__getitem__", "__missing__"),
            ]
        )

    def item_of(self, value: Value, key: Value) -> Value:
        """What indexing a value may give; out of a finding comes no second one."""
        blamed = [atom for atom in values.symbols(value) if self.resolver.is_finding(atom)]
        rest = value.difference(blamed, (atom for atom in value if isinstance(atom, Constant)))
        found = [values.item(rest, key) if rest else NOTHING]
        found.append(frozenset(replace(atom, blamed=True, origin=None) for atom in blamed))
        for atom in value:
            if isinstance(atom, Constant) and isinstance(atom.value, str):
                found += [_character_of(atom.value, wanted) for wanted in key]
        return union(found)

    def _sliced(self, atom: Atom, part: ast.Slice) -> Value:
        if isinstance(atom, values.Items):
            return container([(None, values.elements(frozenset({atom})))])
        bounds = [self._single(bound) for bound in (part.lower, part.upper, part.step)]
        if not isinstance(atom, Constant) or None in bounds:
            return UNKNOWN
        return fold.sliced(atom.value, *(bound.value for bound in bounds if bound is not None))

    def _single(self, node: ast.expr | None) -> Constant | None:
        """The one constant an expression is; a missing one is ``None`` in Python's sense."""
        if node is None:
            return Constant(None, type(None))
        value = self.resolver.value(node)
        only = next(iter(value)) if len(value) == 1 else None
        return only if isinstance(only, Constant) else None

    def operation(self, node: ast.BinOp) -> Value:
        """Operators, along the left spine without recursion: long sums are deep trees."""
        spine: list[ast.BinOp] = [node]
        while isinstance(spine[-1].left, ast.BinOp) and spine[-1].left not in self.resolver.memo.known:
            spine.append(spine[-1].left)
        self.resolver.memo.spend(len(spine))
        total = self.resolver.value(spine[-1].left)
        for operation in reversed(spine):
            right = self.resolver.value(operation.right)
            own = [self.resolver.special(side, *OPERATORS) for side in (total, right)]
            total = union([paths.operated(operation.op, total, right), *own])
        return total

    def unary(self, node: ast.UnaryOp) -> Value:
        """What a sign or a negation gives."""
        operand = self._single(node.operand)
        if isinstance(node.op, ast.USub) and operand is not None and isinstance(operand.value, int | float):
            return constant(-operand.value)
        return values.NUMBER if isinstance(node.op, ast.USub | ast.UAdd | ast.Invert) else UNKNOWN

    def formatted(self, node: ast.FormattedValue) -> Value:
        """The text of one field of an f-string."""
        if node.format_spec is None:
            return fold.shown(self.resolver.value(node.value), node.conversion)
        spec = self.resolver.value(node.format_spec)
        if values.texts(spec) == ["s"] and len(spec) == 1:
            return fold.shown(self.resolver.value(node.value), node.conversion)
        is_number = any(text[-1:] in {"d", "x", "f", "g", "e"} for text in values.texts(spec))
        return frozenset({fold.DIGITS if is_number else fold.ANY_TEXT})


def _character_of(text: str, key: Atom) -> Value:
    if isinstance(key, Constant) and isinstance(key.value, int) and -len(text) <= key.value < len(text):
        return constant(text[key.value])
    return UNKNOWN

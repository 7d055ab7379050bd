"""Expressions as the operations they carry out, in the order of evaluation.

Loads and stores of the project's own names leave no trace: renaming, temporaries and hoisting change nothing then. What
remains are outside APIs, operators and a few constants, in postfix order.
"""

import ast
from collections.abc import Callable, Iterable
from typing import Final

from prism_similarity.names import Names
from prism_similarity.stream import Token, Tokens, texts
from prism_similarity.vocabulary import SILENT, spelling

COMMUTATIVE: Final = (ast.Add, ast.Mult, ast.BitOr, ast.BitAnd, ast.BitXor)
OPERATORS: Final[dict[type[ast.AST], str]] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%", ast.Pow: "**",
    ast.MatMult: "matmul", ast.BitOr: "|", ast.BitAnd: "&", ast.BitXor: "^", ast.LShift: "<<", ast.RShift: ">>",
    ast.USub: "neg", ast.Invert: "~", ast.Eq: "==", ast.NotEq: "==", ast.Lt: "<", ast.Gt: "<", ast.LtE: "<",
    ast.GtE: "<", ast.Is: "is", ast.IsNot: "is", ast.In: "in", ast.NotIn: "in",
}  # fmt: skip
SWAPPED: Final = (ast.Gt, ast.LtE)
NEGATIVE: Final = (ast.NotEq, ast.LtE, ast.GtE, ast.IsNot, ast.NotIn)
SMALL: Final = frozenset({0, 1, 2, -1})
ROOTS: Final = {"0.5": "sqrt", "-0.5": "rsqrt"}


class Operations:
    """Turns the expressions of one file into tokens."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self._cases: dict[type[ast.expr], Callable[..., Tokens]] = {
            ast.Constant: self._constant,
            ast.Attribute: self._attribute,
            ast.Call: self._call,
            ast.BinOp: self._binary,
            ast.UnaryOp: self._unary,
            ast.BoolOp: self._boolean,
            ast.Compare: self._compare,
            ast.IfExp: self._choice,
            ast.Subscript: self._subscript,
            ast.Slice: self._slice,
            ast.Lambda: lambda node: self.of(node.body),
            ast.ListComp: self._comprehension,
            ast.SetComp: self._comprehension,
            ast.GeneratorExp: self._comprehension,
            ast.DictComp: self._comprehension,
            ast.Dict: lambda node: self.each(node.values),
            ast.JoinedStr: self._text,
            ast.FormattedValue: lambda node: self.of(node.value),
            ast.Name: self._name,
            ast.NamedExpr: lambda node: self.of(node.value),
        }

    def of(self, node: ast.expr | None) -> Tokens:
        """The operations of one expression."""
        if node is None:
            return []
        case = self._cases.get(type(node))
        if case is not None:
            return case(node)
        return self.each(child for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr))

    def each(self, nodes: Iterable[ast.expr]) -> Tokens:
        """The operations of several expressions, one after the other."""
        return [token for node in nodes for token in self.of(node)]

    def condition(self, node: ast.expr) -> tuple[Tokens, bool]:
        """The operations of a test without its negations, and whether there was an odd number of them."""
        match node:
            case ast.UnaryOp(op=ast.Not(), operand=inner):
                tokens, negative = self.condition(inner)
                return tokens, not negative
            case ast.Compare(ops=[operator]):
                return self._compare(node), isinstance(operator, NEGATIVE)
            case _:
                return self.of(node), False

    def _name(self, node: ast.Name) -> Tokens:
        outside = self.names.outside(node)
        return [Token(spelling(outside), node.lineno)] if "." in self.names.dotted(node) else []

    def _constant(self, node: ast.Constant) -> Tokens:
        value = node.value
        if isinstance(value, bool) or value is None or value is ...:
            return [Token(str(value), node.lineno)]
        if isinstance(value, int | float | complex):
            return [Token(str(value) if value in SMALL else "n", node.lineno)]
        return self._text(node)

    def _text(self, node: ast.JoinedStr | ast.Constant) -> Tokens:
        inside = self.each(node.values) if isinstance(node, ast.JoinedStr) else []
        return [*inside, Token("s", node.lineno)]

    def _attribute(self, node: ast.Attribute) -> Tokens:
        outside = self.names.outside(node)
        if outside:
            return [Token(spelling(outside), node.lineno)]
        kept = self.names.attribute(node)
        return self.of(node.value) + ([Token(spelling(kept), node.end_lineno or node.lineno)] if kept else [])

    def _call(self, node: ast.Call) -> Tokens:
        special = self._special_call(node)
        if special is not None:
            return special
        arguments = self.each(node.args)
        for keyword in sorted(node.keywords, key=lambda keyword: keyword.arg or ""):
            arguments += self.of(keyword.value)
        outside = self.names.outside(node.func)
        if outside:
            name = spelling(outside)
            return arguments + self._done(name, node)
        before: Tokens = []
        name = ""
        if isinstance(node.func, ast.Attribute):
            name = self.names.attribute(node.func)
            before = self.of(node.func.value)
        elif not isinstance(node.func, ast.Name):
            before = self.of(node.func)
        return before + arguments + self._done(spelling(name) if name else "()", node)

    def _done(self, name: str, node: ast.Call) -> Tokens:
        if name in SILENT or not name:
            return []
        return [Token(name, node.func.end_lineno or node.lineno)]

    def _special_call(self, node: ast.Call) -> Tokens | None:
        match node:
            case ast.Call(func=ast.Attribute(attr="__init__")):
                return []
            case ast.Call(func=ast.Name(id="getattr"), args=[value, ast.Constant(value=str(name)), *_]):
                return self._attribute(_attribute_of(node, value, name))
            case ast.Call(func=ast.Call(func=ast.Name(id="getattr"), args=[value, ast.Constant(value=str(name))])):
                call = ast.Call(func=_attribute_of(node, value, name), args=node.args, keywords=node.keywords)
                return self._call(ast.copy_location(call, node))
            case ast.Call(func=ast.Name(id="map"), args=[ast.Lambda(body=body), *values]):
                return [*self.each(values), Token("for", node.lineno), *self.of(body)]
            case ast.Call(func=ast.Name(id="range"), args=[*given]):
                return self._range(node, given)
            case ast.Call(func=ast.Attribute(attr="format", value=ast.Constant(value=str()))):
                return [*self.each(node.args), Token("s", node.lineno)]
            case _:
                return None

    def _range(self, node: ast.Call, given: list[ast.expr]) -> Tokens:
        match given:
            case [ast.Call(func=ast.Name(id="len"), args=[inner])]:
                return self.of(inner)
            case [ast.Constant(value=0), end] | [ast.Constant(value=0), end, ast.Constant(value=1)]:
                return [*self.of(end), Token("range", node.lineno)]
            case _:
                return [*self.each(given), Token("range", node.lineno)]

    def _binary(self, node: ast.BinOp) -> Tokens:
        folded = _number(node)
        if folded is not None:
            return self._constant(ast.copy_location(ast.Constant(value=folded), node))
        name = OPERATORS[type(node.op)]
        if isinstance(node.op, ast.Pow) and (root := ROOTS.get(str(_number(node.right)))):
            return [*self.of(node.left), Token(root, node.lineno)]
        if isinstance(node.op, ast.Mod) and isinstance(node.left, ast.Constant) and isinstance(node.left.value, str):
            return [*self.of(node.right), Token("s", node.lineno)]
        if not isinstance(node.op, COMMUTATIVE):
            return [*self.of(node.left), *self.of(node.right), Token(name, node.lineno)]
        terms = sorted((self.of(term) for term in _terms(node)), key=texts)
        return [token for term in terms for token in term] + [Token(name, node.lineno)] * (len(terms) - 1)

    def _unary(self, node: ast.UnaryOp) -> Tokens:
        folded = _number(node)
        if folded is not None:
            return self._constant(ast.copy_location(ast.Constant(value=folded), node))
        if isinstance(node.op, ast.Not | ast.UAdd):
            return self.condition(node.operand)[0]
        return [*self.of(node.operand), Token(OPERATORS[type(node.op)], node.lineno)]

    def _boolean(self, node: ast.BoolOp) -> Tokens:
        parts = sorted((self.condition(value)[0] for value in node.values), key=texts)
        return [token for part in parts for token in part] + [Token("and", node.lineno)] * (len(parts) - 1)

    def _compare(self, node: ast.Compare) -> Tokens:
        tokens: Tokens = []
        left = node.left
        for operator, right in zip(node.ops, node.comparators, strict=True):
            sides = [self.of(left), self.of(right)]
            if isinstance(operator, ast.Eq | ast.NotEq):
                sides.sort(key=texts)
            elif isinstance(operator, SWAPPED):
                sides.reverse()
            tokens += [*sides[0], *sides[1], Token(OPERATORS[type(operator)], node.lineno)]
            left = right
        return tokens

    def _choice(self, node: ast.IfExp) -> Tokens:
        tokens, negative = self.condition(node.test)
        sides = [self.of(node.body), self.of(node.orelse)]
        if negative:
            sides.reverse()
        return [*tokens, Token("if", node.lineno), *sides[0], *sides[1]]

    def _subscript(self, node: ast.Subscript) -> Tokens:
        inside = self.of(node.slice)
        mark = [Token("[]", node.lineno)] if inside else []
        return [*self.of(node.value), *inside, *mark]

    def _slice(self, node: ast.Slice) -> Tokens:
        return [*self.of(node.lower), *self.of(node.upper), *self.of(node.step), Token(":", node.lineno)]

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> Tokens:
        tokens: Tokens = []
        for generator in node.generators:
            tokens += [*self.of(generator.iter), Token("for", generator.iter.lineno)]
            for test in generator.ifs:
                tokens += [*self.condition(test)[0], Token("if", test.lineno)]
        return tokens + (self.of(node.value) if isinstance(node, ast.DictComp) else self.of(node.elt))


def _attribute_of(node: ast.Call, value: ast.expr, name: str) -> ast.Attribute:
    return ast.copy_location(ast.Attribute(value=value, attr=name, ctx=ast.Load()), node)


def _terms(node: ast.BinOp) -> list[ast.expr]:
    """The operands of a chain of one operator, without recursion: a chain may be a thousand long."""
    terms: list[ast.expr] = []
    ahead: list[ast.expr] = [node]
    while ahead:
        each = ahead.pop()
        if isinstance(each, ast.BinOp) and type(each.op) is type(node.op):
            ahead += [each.left, each.right]
        else:
            terms.append(each)
    return terms


def _number(node: ast.expr) -> int | float | None:
    """The value of small arithmetic on constants; ``None`` when it is something else."""
    match node:
        case ast.Constant(value=bool()):
            return None
        case ast.Constant(value=int() | float() as value):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            inner = _number(operand)
            return None if inner is None else -inner
        case ast.BinOp(op=ast.Add() | ast.Sub() | ast.Mult() | ast.Div() | ast.FloorDiv() as operator):
            return _folded(operator, _number(node.left), _number(node.right))
        case _:
            return None


def _folded(operator: ast.operator, left: float | None, right: float | None) -> float | None:
    if left is None or right is None or max(abs(left), abs(right)) > 2**53:
        return None
    match operator:
        case ast.Add():
            return left + right
        case ast.Sub():
            return left - right
        case ast.Mult():
            return left * right
        case _ if not right:
            return None
        case ast.Div():
            return left / right
        case _:
            return left // right

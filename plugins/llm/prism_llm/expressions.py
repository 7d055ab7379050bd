"""Expressions as source text: each kind of node becomes text and the nodes inside it."""

import ast
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final, Protocol

from prism_llm.writing import Ask, Continued, Item, write

# How strongly an expression binds, from the weakest that needs no parentheses anywhere to an atom.
_TEST, _OR, _AND, _NOT, _COMPARE, _BIT_OR, _BIT_XOR, _BIT_AND, _SHIFT, _SUM, _TERM, _SIGN, _POWER, _AWAIT, ATOM = range(
    1, 16
)
_OPERATORS: Final[dict[type[ast.operator], tuple[str, int]]] = {
    ast.Add: ("+", _SUM),
    ast.Sub: ("-", _SUM),
    ast.Mult: ("*", _TERM),
    ast.MatMult: ("@", _TERM),
    ast.Div: ("/", _TERM),
    ast.Mod: ("%", _TERM),
    ast.FloorDiv: ("//", _TERM),
    ast.LShift: ("<<", _SHIFT),
    ast.RShift: (">>", _SHIFT),
    ast.BitOr: ("|", _BIT_OR),
    ast.BitXor: ("^", _BIT_XOR),
    ast.BitAnd: ("&", _BIT_AND),
    ast.Pow: ("**", _POWER),
}
_COMPARISONS: Final[dict[type[ast.cmpop], str]] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Is: "is",
    ast.IsNot: "is not",
    ast.In: "in",
    ast.NotIn: "not in",
}
_SIGNS: Final[dict[type[ast.unaryop], str]] = {ast.Invert: "~", ast.UAdd: "+", ast.USub: "-"}
_QUOTES = ('"', "'", '"""', "'''")
_LARGEST_DECIMAL = 2**64


class Wording(Protocol):
    """What names and texts are called."""

    def name(self, identifier: str) -> str:
        """What an identifier is called."""
        ...

    def text(self, value: str) -> str:
        """What a string holds."""
        ...


class UnknownSyntaxError(Exception):
    """A kind of node that cannot be written; newer Pythons may have one."""


class Expressions:
    """Writes expressions with names and texts as a wording has them."""

    def __init__(self, wording: Wording) -> None:
        self._wording = wording
        self._writers: dict[type[ast.AST], Callable[[Any], tuple[int, Iterable[Item]]]] = {
            ast.Name: self._name,
            ast.Constant: self._constant,
            ast.Attribute: self._attribute,
            ast.Call: self._call,
            ast.Subscript: self._subscript,
            ast.BinOp: self._operation,
            ast.UnaryOp: self._unary,
            ast.BoolOp: self._logic,
            ast.Compare: self._comparison,
            ast.IfExp: self._choice,
            ast.Lambda: self._lambda,
            ast.NamedExpr: self._named,
            ast.Starred: self._starred,
            ast.Await: self._await,
            ast.Yield: self._yield,
            ast.YieldFrom: self._yield_from,
            ast.Tuple: self._tuple,
            ast.List: self._list,
            ast.Set: self._set,
            ast.Dict: self._dict,
            ast.ListComp: self._list_of,
            ast.SetComp: self._set_of,
            ast.GeneratorExp: self._generator,
            ast.DictComp: self._dict_of,
            ast.Slice: self._slice,
            ast.JoinedStr: self._formatted,
        }

    def take(self, item: Ask) -> Iterable[Item]:
        """The parts of one expression, in parentheses where what stands around it binds stronger."""
        writer = self._writers.get(type(item.node))
        if writer is None:
            raise UnknownSyntaxError(type(item.node).__name__)
        binding, parts = writer(item.node)
        return parts if binding >= item.binding else ["(", *parts, ")"]

    def parameters(self, args: ast.arguments, before: int) -> Iterator[Item]:
        """What stands between the parentheses of a definition; ``before`` is the line of the opening one."""
        plain = [*args.posonlyargs, *args.args]
        defaults: list[ast.expr | None] = [None] * (len(plain) - len(args.defaults)) + list(args.defaults)
        written: list[tuple[ast.arg | None, str, ast.expr | None]] = []
        for index, (arg, default) in enumerate(zip(plain, defaults, strict=True)):
            written.append((arg, "", default))
            if index + 1 == len(args.posonlyargs):
                written.append((None, "/", None))
        if args.vararg or args.kwonlyargs:
            written.append((args.vararg, "*", None))
        written += [(arg, "", default) for arg, default in zip(args.kwonlyargs, args.kw_defaults, strict=True)]
        if args.kwarg:
            written.append((args.kwarg, "**", None))
        for index, (each, mark, default) in enumerate(written):
            yield from _gap(index, each, before)
            yield mark
            if each is not None:
                yield from self._parameter(each)
                before = each.end_lineno or before
            if default is not None:
                yield from (" = ", Ask(default, _TEST))
                before = default.end_lineno or before

    def _parameter(self, arg: ast.arg) -> Iterator[Item]:
        yield self._wording.name(arg.arg)
        if arg.annotation is not None:
            yield from (": ", Ask(arg.annotation, _TEST))

    def call_of(self, args: Sequence[ast.expr], keywords: Sequence[ast.keyword], before: int) -> Iterator[Item]:
        """Arguments in the order of the source, in parentheses."""
        yield "("
        given: list[ast.expr | ast.keyword] = [*args, *keywords]
        for index, each in enumerate(sorted(given, key=lambda one: (one.lineno, one.col_offset))):
            yield from _gap(index, each, before)
            if isinstance(each, ast.keyword):
                yield f"{self._wording.name(each.arg)}=" if each.arg else "**"
                yield Ask(each.value, _TEST)
            else:
                yield Ask(each, _TEST)
            before = each.end_lineno or before
        yield ")"

    def _name(self, node: ast.Name) -> tuple[int, Iterable[Item]]:
        return ATOM, [self._wording.name(node.id)]

    def _constant(self, node: ast.Constant) -> tuple[int, Iterable[Item]]:
        return ATOM, [self._literal(node.value)]

    def _literal(self, value: object) -> str:
        match value:
            case str():
                return repr(self._wording.text(value))
            case bytes():
                return "b" + ascii(self._wording.text(value.decode("latin-1")))
            case bool() | None:
                return repr(value)
            case int():
                return str(value) if value < _LARGEST_DECIMAL else hex(value)
            case float() | complex():
                return repr(value).replace("inf", "1e309")
            case _:
                return "..."

    def _attribute(self, node: ast.Attribute) -> tuple[int, Iterable[Item]]:
        value: list[Item] = [Ask(node.value, ATOM)]
        if isinstance(node.value, ast.Constant) and isinstance(node.value.value, int):
            value = ["(", *value, ")"]
        return ATOM, [*value, ".", self._wording.name(node.attr)]

    def _call(self, node: ast.Call) -> tuple[int, Iterable[Item]]:
        return ATOM, [
            Ask(node.func, ATOM),
            *self.call_of(node.args, node.keywords, node.func.end_lineno or node.lineno),
        ]

    def _subscript(self, node: ast.Subscript) -> tuple[int, Iterable[Item]]:
        index = node.slice
        bare = isinstance(index, ast.Tuple) and bool(index.elts)
        inside = self._bare_tuple(index) if isinstance(index, ast.Tuple) and bare else [Ask(index)]
        return ATOM, [Ask(node.value, ATOM), "[", *inside, "]"]

    def _operation(self, node: ast.BinOp) -> tuple[int, Iterable[Item]]:
        sign, binding = _OPERATORS[type(node.op)]
        if isinstance(node.op, ast.Pow):
            return binding, [Ask(node.left, _AWAIT), " ** ", Ask(node.right, _SIGN)]
        if isinstance(node.op, ast.Add):
            return self._sum(node)
        return binding, [Ask(node.left, binding), f" {sign} ", Ask(node.right, binding + 1)]

    def _sum(self, node: ast.BinOp) -> tuple[int, Iterable[Item]]:
        """Texts that follow each other in a sum are one text: what is cut up says no more than what is not."""
        joined: list[ast.expr | str] = []
        for term in _terms(node):
            text = term.value if isinstance(term, ast.Constant) and isinstance(term.value, str) else None
            if text is not None and joined and isinstance(joined[-1], str):
                joined[-1] += text
            else:
                joined.append(term if text is None else text)
        parts: list[Item] = []
        for index, each in enumerate(joined):
            parts += [" + "] if index else []
            parts.append(self._literal(each) if isinstance(each, str) else Ask(each, _TERM if index else _SUM))
        return (_SUM if len(joined) > 1 else ATOM), parts

    def _unary(self, node: ast.UnaryOp) -> tuple[int, Iterable[Item]]:
        if isinstance(node.op, ast.Not):
            return _NOT, ["not ", Ask(node.operand, _NOT)]
        return _SIGN, [_SIGNS[type(node.op)], Ask(node.operand, _SIGN)]

    def _logic(self, node: ast.BoolOp) -> tuple[int, Iterable[Item]]:
        binding, word = (_AND, " and ") if isinstance(node.op, ast.And) else (_OR, " or ")
        return binding, _separated([Ask(value, binding + 1) for value in node.values], word)

    def _comparison(self, node: ast.Compare) -> tuple[int, Iterable[Item]]:
        parts: list[Item] = [Ask(node.left, _BIT_OR)]
        for sign, operand in zip(node.ops, node.comparators, strict=True):
            parts += [f" {_COMPARISONS[type(sign)]} ", Ask(operand, _BIT_OR)]
        return _COMPARE, parts

    def _choice(self, node: ast.IfExp) -> tuple[int, Iterable[Item]]:
        return _TEST, [Ask(node.body, _OR), " if ", Ask(node.test, _OR), " else ", Ask(node.orelse, _TEST)]

    def _lambda(self, node: ast.Lambda) -> tuple[int, Iterable[Item]]:
        parameters = list(self.parameters(node.args, node.lineno))
        return _TEST, ["lambda", " " if parameters else "", *parameters, ": ", Ask(node.body, _TEST)]

    def _named(self, node: ast.NamedExpr) -> tuple[int, Iterable[Item]]:
        return ATOM, ["(", Ask(node.target), " := ", Ask(node.value, _TEST), ")"]

    def _starred(self, node: ast.Starred) -> tuple[int, Iterable[Item]]:
        return ATOM, ["*", Ask(node.value, _BIT_OR)]

    def _await(self, node: ast.Await) -> tuple[int, Iterable[Item]]:
        return _AWAIT, ["await ", Ask(node.value, ATOM)]

    def _yield(self, node: ast.Yield) -> tuple[int, Iterable[Item]]:
        return ATOM, ["(yield ", Ask(node.value, _TEST), ")"] if node.value else ["(yield)"]

    def _yield_from(self, node: ast.YieldFrom) -> tuple[int, Iterable[Item]]:
        return ATOM, ["(yield from ", Ask(node.value, _TEST), ")"]

    def _tuple(self, node: ast.Tuple) -> tuple[int, Iterable[Item]]:
        return ATOM, ["(", *self._bare_tuple(node), ")"]

    def _bare_tuple(self, node: ast.Tuple) -> list[Item]:
        return [*_elements(node.elts, node.lineno), "," if len(node.elts) == 1 else ""]

    def _list(self, node: ast.List) -> tuple[int, Iterable[Item]]:
        return ATOM, ["[", *_elements(node.elts, node.lineno), "]"]

    def _set(self, node: ast.Set) -> tuple[int, Iterable[Item]]:
        return ATOM, ["{", *_elements(node.elts, node.lineno), "}"]

    def _dict(self, node: ast.Dict) -> tuple[int, Iterable[Item]]:
        parts: list[Item] = ["{"]
        before = node.lineno
        for index, (key, value) in enumerate(zip(node.keys, node.values, strict=True)):
            parts += _gap(index, key or value, before)
            parts += ["**", Ask(value, _BIT_OR)] if key is None else [Ask(key, _TEST), ": ", Ask(value, _TEST)]
            before = value.end_lineno or before
        return ATOM, [*parts, "}"]

    def _list_of(self, node: ast.ListComp) -> tuple[int, Iterable[Item]]:
        return ATOM, ["[", Ask(node.elt, _TEST), *_loops(node.generators), "]"]

    def _set_of(self, node: ast.SetComp) -> tuple[int, Iterable[Item]]:
        return ATOM, ["{", Ask(node.elt, _TEST), *_loops(node.generators), "}"]

    def _generator(self, node: ast.GeneratorExp) -> tuple[int, Iterable[Item]]:
        return ATOM, ["(", Ask(node.elt, _TEST), *_loops(node.generators), ")"]

    def _dict_of(self, node: ast.DictComp) -> tuple[int, Iterable[Item]]:
        return ATOM, ["{", Ask(node.key, _TEST), ": ", Ask(node.value, _TEST), *_loops(node.generators), "}"]

    def _slice(self, node: ast.Slice) -> tuple[int, Iterable[Item]]:
        parts: list[Item] = [Ask(node.lower, _OR)] if node.lower else []
        parts += [":", Ask(node.upper, _OR)] if node.upper else [":"]
        parts += [":", Ask(node.step, _OR)] if node.step else []
        return _TEST, parts

    def _formatted(self, node: ast.JoinedStr) -> tuple[int, Iterable[Item]]:
        """An f-string. What its texts say together decides about all of them."""
        said = "".join(part.value for part in _texts(node))
        wanted = self._wording.text(said)
        is_kept = wanted == said
        parts = [] if is_kept else [(f"{wanted} ", False)]
        parts += self._fields(node, is_kept=is_kept)
        return ATOM, [_quoted(parts)]

    def _fields(self, node: ast.JoinedStr, *, is_kept: bool) -> list[tuple[str, bool]]:
        """Texts, and fields as code; the flag says which is code."""
        found: list[tuple[str, bool]] = []
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                found.append((self._field(part), True))
            elif is_kept and isinstance(part, ast.Constant):
                found.append((str(part.value), False))
        return found

    def _field(self, part: ast.FormattedValue) -> str:
        inside = " ".join(line.strip() for line in write(Ask(part.value, _OR), self._inner).lines)
        conversion = f"!{chr(part.conversion)}" if part.conversion >= 0 else ""
        gap = " " if inside.startswith("{") else ""
        return "{" + gap + inside + conversion + self._format(part.format_spec) + "}"

    def _format(self, spec: ast.expr | None) -> str:
        if not isinstance(spec, ast.JoinedStr):
            return ""
        said = "".join(part.value for part in _texts(spec))
        is_kept = self._wording.text(said) == said
        return ":" + "".join(text for text, _ in self._fields(spec, is_kept=is_kept))

    def _inner(self, item: object) -> Iterable[Item]:
        assert isinstance(item, Ask)  # noqa: S101 # an expression holds no statements
        return self.take(item)


def _texts(node: ast.JoinedStr) -> Iterator[Any]:
    return (part for part in node.values if isinstance(part, ast.Constant) and isinstance(part.value, str))


def _quoted(parts: Sequence[tuple[str, bool]]) -> str:
    """An f-string in the quotes that do not occur in its code; before Python 3.12 they must not."""
    code = "".join(text for text, is_code in parts if is_code)
    quote = next((each for each in _QUOTES if each[0] not in code), None) or next(
        (each for each in _QUOTES if each not in code), '"'
    )
    written = (text if is_code else _escaped(text, quote) for text, is_code in parts)
    return f"f{quote}{''.join(written)}{quote}"


def _escaped(text: str, quote: str) -> str:
    inside = repr(f'"{text}')[2:-1].replace("\\'", "'")  # a double quote inside makes repr choose single ones
    return inside.replace(quote[0], "\\" + quote[0]).replace("{", "{{").replace("}", "}}")


def _terms(node: ast.BinOp) -> list[ast.expr]:
    """The terms of a sum that is worked out from the left."""
    terms: list[ast.expr] = []
    left: ast.expr = node
    while isinstance(left, ast.BinOp) and isinstance(left.op, ast.Add):
        terms.append(left.right)
        left = left.left
    return [left, *reversed(terms)]


def _separated(items: Sequence[Item], word: str) -> list[Item]:
    return [part for item in items for part in (word, item)][1:]


def _elements(nodes: Sequence[ast.expr], before: int) -> Iterator[Item]:
    for index, node in enumerate(nodes):
        yield from _gap(index, node, before)
        yield Ask(node, _TEST)
        before = node.end_lineno or before


def _gap(index: int, node: ast.expr | ast.arg | ast.keyword | None, before: int) -> Iterator[Item]:
    """What stands before an element: a comma, and a line break where the file has one."""
    is_below = node is not None and node.lineno > before
    if index:
        yield "," if is_below else ", "
    if node is not None and is_below:
        yield Continued(node.lineno)


def _loops(generators: Sequence[ast.comprehension]) -> Iterator[Item]:
    for each in generators:
        yield " async for " if each.is_async else " for "
        yield from (Ask(each.target), " in ", Ask(each.iter, _OR))
        for condition in each.ifs:
            yield from (" if ", Ask(condition, _OR))

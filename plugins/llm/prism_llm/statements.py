"""Statements as source text: without docstrings, and without anything else that only stands there."""

import ast
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeAlias

from prism_llm.expressions import ATOM, Expressions, UnknownSyntaxError, Wording
from prism_llm.writing import Ask, Block, Item, NewLine, Written, write

Definition: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_OPERATORS = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.MatMult: "@",
    ast.Div: "/",
    ast.Mod: "%",
    ast.FloorDiv: "//",
    ast.LShift: "<<",
    ast.RShift: ">>",
    ast.BitOr: "|",
    ast.BitXor: "^",
    ast.BitAnd: "&",
    ast.Pow: "**",
}


def written(tree: ast.Module, lines: Sequence[str], wording: Wording) -> Written:
    """A module as text; ``lines`` are those of its file, in which ``else`` and its like are looked up.

    Raises:
        UnknownSyntaxError: the tree holds something that cannot be written.
    """
    writer = _Statements(lines, wording)
    return write(Block(tree.body, 0), writer.take)


def first_line(node: ast.stmt) -> int:
    """Where a statement begins, its decorators included."""
    decorators: Sequence[ast.expr] = getattr(node, "decorator_list", ())
    return min([node.lineno, *(each.lineno for each in decorators)])


class _Statements:
    def __init__(self, lines: Sequence[str], wording: Wording) -> None:
        self._lines = lines
        self._name = wording.name
        self._expressions = Expressions(wording)
        self._writers: dict[str, Callable[[Any, int], Iterable[Item]]] = {
            "FunctionDef": self._function,
            "AsyncFunctionDef": self._function,
            "ClassDef": self._class,
            "Return": self._return,
            "Delete": self._delete,
            "Assign": self._assign,
            "AugAssign": self._change,
            "AnnAssign": self._declare,
            "TypeAlias": self._type,
            "For": self._for,
            "AsyncFor": self._for,
            "While": self._while,
            "If": self._if,
            "With": self._with,
            "AsyncWith": self._with,
            "Match": self._match,
            "Raise": self._raise,
            "Try": self._try,
            "TryStar": self._try,
            "Assert": self._assert,
            "Import": self._import,
            "ImportFrom": self._import_from,
            "Global": self._global,
            "Nonlocal": self._nonlocal,
            "Expr": self._expression,
            "Pass": lambda _node, _depth: ["pass"],
            "Break": lambda _node, _depth: ["break"],
            "Continue": lambda _node, _depth: ["continue"],
        }

    def take(self, item: Ask | Block) -> Iterable[Item]:
        if isinstance(item, Block):
            return self._block(item)
        return self._pattern(item) if isinstance(item.node, ast.pattern) else self._expressions.take(item)

    def _block(self, block: Block) -> Iterator[Item]:
        body = [each for each in block.body if not _is_idle(each)]
        for node in body:
            writer = self._writers.get(type(node).__name__)
            if writer is None:
                raise UnknownSyntaxError(type(node).__name__)
            yield NewLine(first_line(node), block.depth)
            yield from writer(node, block.depth)
        if block.depth and not body:
            yield NewLine(block.body[0].lineno, block.depth)
            yield "pass"

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, depth: int) -> Iterator[Item]:
        yield from self._decorators(node, depth)
        yield "async def " if isinstance(node, ast.AsyncFunctionDef) else "def "
        yield self._name(node.name)
        yield from self._type_parameters(node)
        yield from _parts("(", *self._expressions.parameters(node.args, node.lineno), ")")
        if node.returns is not None:
            yield from _parts(" -> ", Ask(node.returns))
        yield from _parts(":", Block(node.body, depth + 1))

    def _class(self, node: ast.ClassDef, depth: int) -> Iterator[Item]:
        yield from self._decorators(node, depth)
        yield f"class {self._name(node.name)}"
        yield from self._type_parameters(node)
        if node.bases or node.keywords:
            yield from self._expressions.call_of(node.bases, node.keywords, node.lineno)
        yield from _parts(":", Block(node.body, depth + 1))

    def _decorators(self, node: Definition, depth: int) -> Iterator[Item]:
        for index, each in enumerate(node.decorator_list):
            if index:
                yield from _parts(NewLine(each.lineno, depth))
            yield from _parts("@", Ask(each))
        if node.decorator_list:
            yield NewLine(node.lineno, depth)

    def _type_parameters(self, node: ast.AST) -> Iterator[Item]:
        parameters = getattr(node, "type_params", ())
        for index, each in enumerate(parameters):
            mark = {"TypeVarTuple": "*", "ParamSpec": "**"}.get(type(each).__name__, "")
            yield (", " if index else "[") + mark + self._name(each.name)
            if getattr(each, "bound", None) is not None:
                yield from _parts(": ", Ask(each.bound, 1))
            if getattr(each, "default_value", None) is not None:
                yield from _parts(" = ", Ask(each.default_value, 1))
        if parameters:
            yield "]"

    def _return(self, node: ast.Return, _depth: int) -> Iterable[Item]:
        return ["return ", Ask(node.value)] if node.value else ["return"]

    def _delete(self, node: ast.Delete, _depth: int) -> Iterable[Item]:
        return ["del ", *_listed(node.targets)]

    def _assign(self, node: ast.Assign, _depth: int) -> Iterator[Item]:
        for target in node.targets:
            yield from _parts(Ask(target), " = ")
        yield Ask(node.value)

    def _change(self, node: ast.AugAssign, _depth: int) -> Iterable[Item]:
        return [Ask(node.target), f" {_OPERATORS[type(node.op)]}= ", Ask(node.value)]

    def _declare(self, node: ast.AnnAssign, _depth: int) -> Iterator[Item]:
        is_bare = node.simple or not isinstance(node.target, ast.Name)
        yield from _parts(Ask(node.target)) if is_bare else _parts("(", Ask(node.target), ")")
        yield from _parts(": ", Ask(node.annotation, 1))
        if node.value is not None:
            yield from _parts(" = ", Ask(node.value))

    def _type(self, node: Any, _depth: int) -> Iterator[Item]:  # noqa: ANN401 # ast.TypeAlias came with Python 3.12
        yield from _parts("type ", Ask(node.name), *self._type_parameters(node), " = ", Ask(node.value))

    def _for(self, node: ast.For | ast.AsyncFor, depth: int) -> Iterator[Item]:
        yield "async for " if isinstance(node, ast.AsyncFor) else "for "
        yield from _parts(Ask(node.target), " in ", Ask(node.iter), ":", Block(node.body, depth + 1))
        yield from self._else(node.body, node.orelse, depth)

    def _while(self, node: ast.While, depth: int) -> Iterator[Item]:
        yield from _parts("while ", Ask(node.test), ":", Block(node.body, depth + 1))
        yield from self._else(node.body, node.orelse, depth)

    def _if(self, node: ast.If, depth: int) -> Iterator[Item]:
        yield "if "
        while True:  # a chain of `elif` nests as deep as it is long
            yield from _parts(Ask(node.test), ":", Block(node.body, depth + 1))
            if len(node.orelse) != 1 or not isinstance(node.orelse[0], ast.If):
                break
            node = node.orelse[0]
            yield from _parts(NewLine(node.lineno, depth), "elif ")
        yield from self._else(node.body, node.orelse, depth)

    def _else(self, body: Sequence[ast.stmt], orelse: Sequence[ast.stmt], depth: int) -> Iterator[Item]:
        if orelse:
            yield from _parts(self._keyword("else", body, orelse, depth), "else:", Block(orelse, depth + 1))

    def _keyword(self, word: str, before: Sequence[ast.stmt], after: Sequence[ast.stmt], depth: int) -> NewLine:
        """The line on which a keyword without a node stands: the last one before its block that begins with it."""
        first, floor = first_line(after[0]), before[-1].end_lineno or 1
        line = first
        while line > floor and not self._lines[line - 1].lstrip(" \t\f").startswith(word):
            line -= 1
        return NewLine(line if line > floor else min(first, floor + 1), depth)

    def _with(self, node: ast.With | ast.AsyncWith, depth: int) -> Iterator[Item]:
        yield "async with " if isinstance(node, ast.AsyncWith) else "with "
        for index, each in enumerate(node.items):
            is_lone_tuple = isinstance(each.context_expr, ast.Tuple) and each.optional_vars is None
            yield ", " if index else ""
            yield from _parts("(", Ask(each.context_expr), ")") if is_lone_tuple else _parts(Ask(each.context_expr, 1))
            if each.optional_vars:
                yield from _parts(" as ", Ask(each.optional_vars))
        yield from _parts(":", Block(node.body, depth + 1))

    def _raise(self, node: ast.Raise, _depth: int) -> Iterator[Item]:
        yield "raise"
        if node.exc:
            yield from _parts(" ", Ask(node.exc))
        if node.cause:
            yield from _parts(" from ", Ask(node.cause))

    def _try(self, node: ast.Try | ast.TryStar, depth: int) -> Iterator[Item]:
        yield from _parts("try:", Block(node.body, depth + 1))
        before = node.body
        for handler in node.handlers:
            yield NewLine(handler.lineno, depth)
            yield "except*" if isinstance(node, ast.TryStar) else "except"
            if handler.type:
                yield from _parts(" ", Ask(handler.type))
            yield f" as {self._name(handler.name)}" if handler.name else ""
            yield from _parts(":", Block(handler.body, depth + 1))
            before = handler.body
        yield from self._else(before, node.orelse, depth)
        before = node.orelse or before
        if node.finalbody:
            line = self._keyword("finally", before, node.finalbody, depth)
            yield from _parts(line, "finally:", Block(node.finalbody, depth + 1))

    def _assert(self, node: ast.Assert, _depth: int) -> Iterator[Item]:
        yield from _parts("assert ", Ask(node.test, 1))
        if node.msg:
            yield from _parts(", ", Ask(node.msg, 1))

    def _import(self, node: ast.Import, _depth: int) -> Iterable[Item]:
        return [f"import {self._aliases(node.names)}"]

    def _import_from(self, node: ast.ImportFrom, _depth: int) -> Iterable[Item]:
        return [f"from {'.' * node.level}{self._dotted(node.module or '')} import {self._aliases(node.names)}"]

    def _aliases(self, aliases: Sequence[ast.alias]) -> str:
        return ", ".join(
            self._dotted(each.name) + (f" as {self._name(each.asname)}" if each.asname else "") for each in aliases
        )

    def _dotted(self, name: str) -> str:
        return ".".join(part if part in {"", "*"} else self._name(part) for part in name.split("."))

    def _global(self, node: ast.Global, _depth: int) -> Iterable[Item]:
        return [f"global {', '.join(map(self._name, node.names))}"]

    def _nonlocal(self, node: ast.Nonlocal, _depth: int) -> Iterable[Item]:
        return [f"nonlocal {', '.join(map(self._name, node.names))}"]

    def _expression(self, node: ast.Expr, _depth: int) -> Iterable[Item]:
        return [Ask(node.value)]

    def _match(self, node: ast.Match, depth: int) -> Iterator[Item]:
        yield from _parts("match ", Ask(node.subject), ":")
        for case in node.cases:
            yield from _parts(NewLine(case.pattern.lineno, depth + 1), "case ", Ask(case.pattern))
            if case.guard:
                yield from _parts(" if ", Ask(case.guard, 1))
            yield from _parts(":", Block(case.body, depth + 2))

    def _pattern(self, item: Ask) -> Iterable[Item]:
        match item.node:
            case ast.MatchValue(value=value):
                return [Ask(value)]
            case ast.MatchSingleton(value=value):
                return [repr(value)]
            case ast.MatchSequence(patterns=patterns):
                return ["[", *_listed(patterns), "]"]
            case ast.MatchStar(name=name):
                return [f"*{self._name(name) if name else '_'}"]
            case ast.MatchOr(patterns=patterns):
                alternatives = _listed(patterns, " | ", ATOM)
                return ["(", *alternatives, ")"] if item.binding else alternatives
            case ast.MatchAs(pattern=None, name=name):
                return [self._name(name) if name else "_"]
            case ast.MatchAs(pattern=ast.pattern() as pattern, name=str() as name):
                named: list[Item] = [Ask(pattern, ATOM), f" as {self._name(name)}"]
                return ["(", *named, ")"] if item.binding else named
            case ast.MatchMapping() as node:
                return self._mapping_pattern(node)
            case ast.MatchClass() as node:
                return self._class_pattern(node)
        raise UnknownSyntaxError(type(item.node).__name__)

    def _mapping_pattern(self, node: ast.MatchMapping) -> Iterator[Item]:
        yield "{"
        for index, (key, pattern) in enumerate(zip(node.keys, node.patterns, strict=True)):
            yield from _parts(", " if index else "", Ask(key), ": ", Ask(pattern))
        if node.rest:
            yield f"{', ' if node.keys else ''}**{self._name(node.rest)}"
        yield "}"

    def _class_pattern(self, node: ast.MatchClass) -> Iterator[Item]:
        yield from _parts(Ask(node.cls, ATOM), "(", *_listed(node.patterns))
        for index, (name, pattern) in enumerate(zip(node.kwd_attrs, node.kwd_patterns, strict=True)):
            yield from _parts(", " if index or node.patterns else "", f"{self._name(name)}=", Ask(pattern))
        yield ")"


def _parts(*items: Item) -> tuple[Item, ...]:
    return items


def _listed(nodes: Sequence[ast.AST], word: str = ", ", binding: int = 0) -> list[Item]:
    parts: list[Item] = []
    for node in nodes:
        parts += [word, Ask(node, binding)]
    return parts[1:]


def _is_idle(node: ast.stmt) -> bool:
    """Whether a statement is a constant that only stands there: a docstring, or a text in place of a comment."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and node.value.value is not ...

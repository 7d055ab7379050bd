"""The shape of a contract function that stands where it should: kind, decorators, parameters, defaults."""

import ast
from collections.abc import Iterator

from prism.document import shown
from prism.finding import Finding
from prism_contract.entry import Entry, FunctionNode
from prism_contract.rules.definition import ASYNC, COMPUTED_DEFAULT, DECORATED, GENERATOR, WRONG_PARAMETERS


def shape_findings(entry: Entry, name: str, function: FunctionNode) -> Iterator[Finding]:
    """At most one finding for each way in which the definition differs from the contract."""
    if isinstance(function, ast.AsyncFunctionDef):
        yield ASYNC.finding(f"`{name}` is asynchronous.", file=entry.file, span=entry.heading(function))
    else:
        yield from _yields(entry, name, function)
    yield from _decorators(entry, name, function)
    yield from _parameters(entry, name, function)
    yield from _defaults(entry, name, function)


def parameter_names(function: FunctionNode) -> tuple[str, ...]:
    """Names of the parameters that can be passed by position."""
    return tuple(argument.arg for argument in (*function.args.posonlyargs, *function.args.args))


def _yields(entry: Entry, name: str, function: FunctionNode) -> Iterator[Finding]:
    found = next(_own_yields(function), None)
    if found is not None:
        yield GENERATOR.finding(
            f"`{name}` yields, so that calling it runs nothing.", file=entry.file, span=entry.file.span(found)
        )


def _own_yields(function: FunctionNode) -> Iterator[ast.expr]:
    """``yield`` in the function itself, not in a function, class or lambda inside it."""
    ahead: list[ast.AST] = list(reversed(function.body))
    while ahead:
        node = ahead.pop()
        if isinstance(node, ast.Yield | ast.YieldFrom):
            yield node
        if not isinstance(node, FunctionNode | ast.Lambda | ast.ClassDef):
            ahead.extend(reversed(tuple(ast.iter_child_nodes(node))))


def _decorators(entry: Entry, name: str, function: FunctionNode) -> Iterator[Finding]:
    allowed = entry.contract[name].decorators
    for decorator in function.decorator_list:
        symbol = symbol_of(entry, decorator.func if isinstance(decorator, ast.Call) else decorator)
        if symbol not in allowed:
            remedy = f"Allowed for `{name}`: {', '.join(sorted(allowed))}." if allowed else ""
            yield DECORATED.finding(
                f"`{name}` carries a decorator.", file=entry.file, span=entry.file.span(decorator), remedy=remedy
            )
            return


def symbol_of(entry: Entry, node: ast.expr) -> str | None:
    """The dotted name that an expression such as ``torch.no_grad`` stands for, through the file's own imports."""
    attributes: list[str] = []
    while isinstance(node, ast.Attribute):
        attributes.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name) or node.id not in entry.imported:
        return None
    return ".".join((entry.imported[node.id], *reversed(attributes)))


def _parameters(entry: Entry, name: str, function: FunctionNode) -> Iterator[Finding]:
    expected = entry.contract[name].parameters
    wrong = _first_wrong(function, expected)
    if wrong is not None:
        node, what = wrong
        yield WRONG_PARAMETERS.finding(
            f"`{name}` {what}. The contract asks for ({', '.join(expected)}).",
            file=entry.file,
            span=entry.heading(node),
            remedy=f"Write `{entry.contract[name].signature(name)}`. More parameters need constant defaults.",
        )


def _first_wrong(function: FunctionNode, expected: tuple[str, ...]) -> tuple[ast.AST, str] | None:
    """The first parameter that differs from the contract, and how."""
    arguments = function.args
    if arguments.posonlyargs:
        return arguments.posonlyargs[0], f"takes {shown(arguments.posonlyargs[0].arg)} by position only"
    for variable, stars in ((arguments.vararg, "*"), (arguments.kwarg, "**")):
        if variable is not None:
            return variable, f"takes whatever it is given in {stars}{variable.arg[:80]}"
    keyword_only = next((argument for argument in arguments.kwonlyargs if argument.arg in expected), None)
    if keyword_only is not None:
        return keyword_only, f"takes {shown(keyword_only.arg)} by name only"
    return _wrong_name(function, expected) or _required_extra(function, expected)


def _wrong_name(function: FunctionNode, expected: tuple[str, ...]) -> tuple[ast.AST, str] | None:
    given = function.args.args
    names = parameter_names(function)[: len(expected)]
    if names == expected:
        return None
    lacking = [name for name in expected if name not in names]
    if lacking and set(names) < set(expected):
        return function, f"lacks the parameter {shown(lacking[0])}"
    if not lacking:
        return given[0], f"has its parameters in the wrong order, ({', '.join(names)})"
    argument, name = next(pair for pair in zip(given, expected, strict=False) if pair[0].arg != pair[1])
    return argument, f"has a parameter {shown(argument.arg)} in the place of {shown(name)}"


def _required_extra(function: FunctionNode, expected: tuple[str, ...]) -> tuple[ast.AST, str] | None:
    arguments = function.args
    required = arguments.args[: len(arguments.args) - len(arguments.defaults)]
    named_only = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    extra = [*required[len(expected) :], *(argument for argument, default in named_only if default is None)]
    return (extra[0], f"requires one parameter more, {shown(extra[0].arg)}") if extra else None


def _defaults(entry: Entry, name: str, function: FunctionNode) -> Iterator[Finding]:
    for default in (*function.args.defaults, *function.args.kw_defaults):
        if default is not None and not is_constant(entry, default):
            yield COMPUTED_DEFAULT.finding(
                f"A default of `{name}` is not a constant.", file=entry.file, span=entry.file.span(default)
            )
            return


def is_constant(entry: Entry, node: ast.expr) -> bool:
    """Whether an expression has one value that reading the file shows, and that no call can change.

    Literals, tuples and arithmetic of constants, names bound once to such a value or to a function, and attributes of
    what was imported.
    """
    ahead: list[ast.expr] = [node]
    seen: set[str] = set()
    while ahead:
        current = ahead.pop()
        match current:
            case ast.Constant():
                continue
            case ast.Tuple(elts=parts):
                ahead += parts
            case ast.UnaryOp(operand=operand):
                ahead.append(operand)
            case ast.BinOp(left=left, right=right):
                ahead += [left, right]
            case ast.Name(id=name) if name in entry.constants:
                ahead += [] if name in seen else [entry.constants[name]]
                seen.add(name)
            case ast.Name(id=name) if name in entry.definitions:
                continue
            case ast.Name() | ast.Attribute() if symbol_of(entry, current) is not None:
                continue
            case _:
                return False
    return True

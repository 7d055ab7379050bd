"""Reviews what is done with the folder that the evaluator hands in: its paths must stay inside it and in sight."""

import ast
from collections.abc import Iterator

from prism_safety.callers import is_called_here
from prism_safety.calls import targets
from prism_safety.capability_rules import FILESYSTEM
from prism_safety.methods import Target
from prism_safety.paths import JOINING_METHODS, joined_by_call, stays_below
from prism_safety.report import Report
from prism_safety.resolve import Resolver
from prism_safety.scopes import FunctionNode, Kind
from prism_safety.values import (
    FOLDER,
    Class,
    Constant,
    Function,
    Getter,
    Items,
    Method,
    Symbol,
    Unknown,
    Value,
    leaves,
    symbols,
)

LEAVES = "This path may leave the folder that is handed in."
PLAIN_NAMES = 'Join fixed names of files: `checkpoint_dir / "weights.pt"`.'
STRAYS = "The folder that is handed in goes where it cannot be followed."
NEAR = "Give the path to `torch.save` or `torch.load` where it is made, or to a function of the project."
FOLLOWED = frozenset(
    {f"builtins.{name}" for name in ("getattr", "type", "str", "tuple", "list", "zip", "enumerate", "reversed")}
    | {f"builtins.{name}" for name in ("isinstance", "hasattr", "print", "repr", "bool")}
    | {"typing.cast", "warnings.warn", "torch.save", "torch.load"}
)
"""Functions whose result is known, or which do nothing with a path but show it."""
FOLLOWED_METHODS = frozenset({"append", "appendleft", "extend", "insert", "format", "join"})
COMPARING_METHODS = frozenset({"index", "count", "remove", "sort", "__contains__", "__eq__"})
"""Methods of containers that hand what is in them to other objects."""


class FolderReview:
    """The uses of the folder in a project."""

    def __init__(self, resolver: Resolver, report: Report) -> None:
        self.resolver = resolver
        self.report = report

    def look(self, node: ast.AST) -> None:
        """Review one node."""
        if not self.resolver.has_folder:
            return
        match node:
            case ast.BinOp(left=left, op=operator, right=right) | ast.AugAssign(target=left, op=operator, value=right):
                self._operated(node, left, operator, right)
            case ast.Compare(left=left, ops=operators, comparators=others):
                self._compared(node, [left, *others], operators)
            case ast.Call():
                self._called(node)
            case _:
                for value in _handed(node):
                    if not self._is_seen(node):
                        self._strays(node, value)
        for target, value in _stored(node):
            self._kept(target, value)

    def _operated(self, node: ast.AST, left: ast.expr, operator: ast.operator, right: ast.expr) -> None:
        base, part = self.resolver.value(left), self.resolver.value(right)
        if isinstance(operator, ast.Div):
            if _folders(part) or (_folders(base) and not stays_below(part)):
                symbol = (_folders(base) or _folders(part))[0]
                self.report.add(FILESYSTEM, node, LEAVES, symbol=symbol, remedy=PLAIN_NAMES)
            return
        shown = isinstance(operator, ast.Mod) and all(isinstance(atom, Constant) for atom in base)
        listed = isinstance(operator, ast.Add) and all(isinstance(atom, Items) for atom in base | part)
        if not shown and not listed:
            self._strays(node, left)
            self._strays(node, right)

    def _compared(self, node: ast.AST, sides: list[ast.expr], operators: list[ast.cmpop]) -> None:
        """An object of the project's own that is compared with a path is handed the path."""
        atoms = [atom for side in sides for atom in self.resolver.value(side)]
        is_plain = all(isinstance(atom, Constant) or atom == Symbol(FOLDER) for atom in atoms)
        if not is_plain and not all(isinstance(operator, ast.Is | ast.IsNot) for operator in operators):
            for side in sides:
                self._strays(node, side)

    def _strays(self, node: ast.AST, value: ast.expr) -> None:
        """Report a path in a value that goes where it cannot be followed."""
        held = _folders(self.resolver.value(value))
        if held:
            self.report.add(FILESYSTEM, node, STRAYS, symbol=held[0], remedy=NEAR)

    def _called(self, node: ast.Call) -> None:
        given = [*node.args, *(keyword.value for keyword in node.keywords)]
        held = [symbol for part in given for symbol in _folders(self.resolver.value(part))]
        for target in targets(self.resolver, node):
            if isinstance(target.callee, Symbol) and target.callee.path in JOINING_METHODS:
                made = symbols(joined_by_call(self.resolver, target, None))
                if not target.callee.blamed and any(symbol.blamed for symbol in made):
                    self.report.add(FILESYSTEM, node, LEAVES, symbol=target.callee, remedy=PLAIN_NAMES)
                continue
            if isinstance(target.callee, Method) and target.callee.name in COMPARING_METHODS:
                held += _folders(target.callee.receiver)
            if held and not self._is_followed(target, node) and not self.report.is_reported_at(node):
                self.report.add(FILESYSTEM, node, STRAYS, symbol=held[0], remedy=NEAR)

    def _is_followed(self, target: Target, node: ast.Call) -> bool:
        """Whether what a call does with its arguments is seen elsewhere, or nothing at all."""
        match target.callee:
            case Function(node=function):
                return self._receives(function, node, 1 if self._is_method(function) else 0)
            case Unknown():
                return self._is_own_method(node.func)
            case Class(node=made):
                starts = self.resolver.inner[made].names.get("__init__")
                found = [binding.node for binding in starts.bindings] if starts is not None else []
                return len(found) == 1 and isinstance(found[0], FunctionNode) and self._receives(found[0], node, 1)
            case Method(name=name):
                return name in FOLLOWED_METHODS
            case Symbol(path=path) as symbol:
                is_error = path.startswith("builtins.") and path.endswith(("Error", "Exception", "Warning"))
                return path in FOLLOWED or is_error or self.resolver.is_finding(symbol)
        return isinstance(target.callee, Getter)

    def _is_method(self, function: FunctionNode) -> bool:
        return isinstance(self.resolver.parents.get(function), ast.ClassDef)

    def _is_own_method(self, function: ast.expr) -> bool:
        """Whether an object that nobody can follow is asked for a method of a name that only the project's have."""
        held = self.resolver.stored(function.attr) if isinstance(function, ast.Attribute) else frozenset()
        return bool(held) and all(
            isinstance(atom, Function) and self._is_method(atom.node) and self.resolver.is_in_plain_sight(atom.node)
            for atom in held
        )

    def _receives(self, function: FunctionNode, node: ast.Call, skipped: int = 0) -> bool:
        """Whether each path among the arguments of a call was carried to its parameter."""
        listed = [part.arg for part in (*function.args.posonlyargs, *function.args.args)][skipped:]
        given = dict(zip(listed, node.args, strict=False)) | {
            word.arg: word.value for word in node.keywords if word.arg
        }
        all_given = [*node.args, *(word.value for word in node.keywords)]
        is_seen = isinstance(node.func, ast.Name | ast.Lambda) or self.resolver.is_in_plain_sight(function)
        is_plain = is_seen and len(given) == len(all_given)
        return is_plain and all(self._holds(function, name) for name, value in given.items() if self._is_path(value))

    def _holds(self, function: FunctionNode, name: str) -> bool:
        variable = self.resolver.inner[function].names.get(name)
        return variable is not None and bool(_folders(self.resolver.variable(variable)))

    def _is_path(self, value: ast.expr) -> bool:
        return bool(_folders(self.resolver.value(value)))

    def _is_seen(self, node: ast.AST) -> bool:
        """Whether what a function returns is seen where it is called: in plain sight only, and by the project."""
        if not isinstance(node, ast.Return):
            return is_called_here(node, self.resolver.parents)
        scope = self.resolver.scope_of[node]
        while scope.kind is Kind.COMPREHENSION and scope.parent is not None:
            scope = scope.parent
        is_contract = getattr(scope.node, "name", "") in self.resolver.catalogue.names.contract_functions
        is_generator = any(isinstance(part, ast.Yield | ast.YieldFrom) for part in ast.walk(scope.node))
        return not is_contract and not is_generator and self.resolver.is_in_plain_sight(scope.node)

    def _kept(self, target: ast.expr, value: ast.expr) -> None:
        held = _folders(self.resolver.value(value))
        outer = [part for part in ast.walk(target) if held and self._outlives(part)]
        if outer:
            message = "The folder that is handed in is kept for later."
            self.report.add(FILESYSTEM, outer[0], message, symbol=held[0], remedy=NEAR)

    def _outlives(self, node: ast.AST) -> bool:
        """Whether a target is still there when the function that assigns it is done."""
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            return self.resolver.scope_of[node].owner(node.id).kind in {Kind.MODULE, Kind.CLASS}
        if isinstance(node, ast.Subscript):
            return isinstance(node.ctx, ast.Store) and not isinstance(node.value, ast.Name)
        return isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)


def _stored(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """The targets that a node binds, each with what they are taken from."""
    match node:
        case ast.Assign(targets=found, value=value):
            yield from ((target, value) for target in found)
        case ast.AnnAssign(target=target, value=ast.expr() as value) | ast.AugAssign(target=target, value=value):
            yield target, value
        case ast.For(target=target, iter=value) | ast.AsyncFor(target=target, iter=value):
            yield target, value
        case ast.comprehension(target=target, iter=value):
            yield target, value
        case ast.withitem(optional_vars=ast.expr() as target, context_expr=value):
            yield target, value


def _handed(node: ast.AST) -> Iterator[ast.expr]:
    """What a node hands to whoever called the function, or to an object's own method."""
    match node:
        case ast.Return(value=ast.expr() as value) | ast.Yield(value=ast.expr() as value):
            yield value
        case ast.YieldFrom(value=value) | ast.Lambda(body=value) | ast.Subscript(slice=value):
            yield value
        case ast.Match(subject=subject, cases=cases):
            if any(isinstance(part, ast.MatchValue) for case in cases for part in ast.walk(case.pattern)):
                yield subject


def _folders(value: Value) -> list[Symbol]:
    """The paths in a value, and in containers inside it, that no finding covers yet."""
    return [symbol for symbol in symbols(leaves(value)) if symbol.path == FOLDER and not symbol.blamed]

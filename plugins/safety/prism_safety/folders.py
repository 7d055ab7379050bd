"""Reviews what is done with the folder that the evaluator hands in: its paths must stay inside it and in sight."""

import ast
from collections.abc import Iterator

from prism_safety.calls import Target, targets
from prism_safety.capability_rules import FILESYSTEM
from prism_safety.paths import JOINING_METHODS, joined_by_call, stays_below
from prism_safety.report import Report
from prism_safety.resolve import Resolver
from prism_safety.scopes import Kind
from prism_safety.values import (
    FOLDER,
    Class,
    Function,
    Getter,
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
    {f"builtins.{name}" for name in ("getattr", "type", "str", "tuple", "list", "dict", "set", "zip", "enumerate")}
    | {f"builtins.{name}" for name in ("iter", "next", "reversed", "isinstance", "hasattr", "print", "repr", "bool")}
    | {"typing.cast", "copy.copy", "copy.deepcopy", "warnings.warn", "torch.save", "torch.load"}
)
"""Functions whose result is known, or which do nothing with a path but show it."""


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
            case ast.BinOp(op=ast.Div(), left=left, right=right):
                self._joined(node, left, right)
            case ast.AugAssign(op=ast.Div(), target=left, value=right):
                self._joined(node, left, right)
            case ast.Call():
                self._called(node)
            case ast.Return(value=ast.expr() as value) | ast.Yield(value=ast.expr() as value):
                self._given_back(node, value)
            case ast.YieldFrom(value=value) | ast.Lambda(body=value):
                self._given_back(node, value)
        for target, value in _stored(node):
            self._kept(target, value)

    def _joined(self, node: ast.AST, left: ast.expr, right: ast.expr) -> None:
        base, part = self.resolver.value(left), self.resolver.value(right)
        if _folders(part) or (_folders(base) and not stays_below(part)):
            symbol = (_folders(base) or _folders(part))[0]
            self.report.add(FILESYSTEM, node, LEAVES, symbol=symbol, remedy=PLAIN_NAMES)

    def _called(self, node: ast.Call) -> None:
        given = [*node.args, *(keyword.value for keyword in node.keywords)]
        held = [symbol for part in given for symbol in _folders(self.resolver.value(part))]
        for target in targets(self.resolver, node):
            if isinstance(target.callee, Symbol) and target.callee.path in JOINING_METHODS:
                made = symbols(joined_by_call(self.resolver, target, None))
                if not target.callee.blamed and any(symbol.blamed for symbol in made):
                    self.report.add(FILESYSTEM, node, LEAVES, symbol=target.callee, remedy=PLAIN_NAMES)
            elif held and not self._is_followed(target, node) and not self.report.is_reported_at(node):
                self.report.add(FILESYSTEM, node, STRAYS, symbol=held[0], remedy=NEAR)

    def _is_followed(self, target: Target, node: ast.Call) -> bool:
        """Whether what a call does with its arguments is seen elsewhere, or nothing at all."""
        match target.callee:
            case Function():
                return not isinstance(node.func, ast.Attribute) or self._is_method(node.func.attr)
            case Method() | Getter():
                return True
            case Class(node=made):
                return "__init__" in self.resolver.inner[made].names
            case Symbol(path=path) as symbol:
                is_error = path.startswith("builtins.") and path.endswith(("Error", "Exception", "Warning"))
                return path in FOLLOWED or is_error or self.resolver.is_finding(symbol)
            case Unknown() if isinstance(node.func, ast.Attribute):
                return self._is_method(node.func.attr)
        return False

    def _is_method(self, name: str) -> bool:
        """Whether the project has methods of a name, to which the arguments of such calls are carried."""
        return any(isinstance(atom, Function) for atom in self.resolver.stored(name))

    def _given_back(self, node: ast.AST, value: ast.expr) -> None:
        """A function that is called in plain sight may return a path: its calls give it."""
        held = _folders(self.resolver.value(value))
        if held and not self._is_seen(node):
            self.report.add(FILESYSTEM, node, STRAYS, symbol=held[0], remedy=NEAR)

    def _is_seen(self, node: ast.AST) -> bool:
        scope = self.resolver.scope_of[node]
        while scope.kind is Kind.COMPREHENSION and scope.parent is not None:
            scope = scope.parent
        is_contract = getattr(scope.node, "name", "") in self.resolver.catalogue.names.contract_functions
        is_lambda = isinstance(node, ast.Lambda)
        return not is_lambda and not is_contract and self.resolver.is_in_plain_sight(scope.node)

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


def _folders(value: Value) -> list[Symbol]:
    """The paths in a value, and in containers inside it, that no finding covers yet."""
    return [symbol for symbol in symbols(leaves(value)) if symbol.path == FOLDER and not symbol.blamed]

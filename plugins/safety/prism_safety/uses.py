"""Reviews uses of symbols: a forbidden function is reported where it is called, or where it is named if it is not."""

import ast
from dataclasses import dataclass

from prism_safety.calls import targets
from prism_safety.capability_rules import EVALUATOR_TAMPERING, UNKNOWN_SYMBOL
from prism_safety.imports import is_tried as is_tried_import
from prism_safety.imports import only_for_type_checkers
from prism_safety.paths import keeps_inside
from prism_safety.report import Report
from prism_safety.resolve import Resolver
from prism_safety.rules import BY_NAME, COMPUTED_ATTRIBUTE, FORBIDDEN_IMPORT, LEAKED_MODULE, PRIVATE_SYMBOL
from prism_safety.scopes import Kind, Table
from prism_safety.values import ARGUMENT, Getter, Place, Symbol, symbols

READERS = frozenset(
    {
        "builtins.getattr", "builtins.setattr", "builtins.delattr", "operator.attrgetter", "operator.methodcaller",
        "builtins.str.format", "builtins.str.format_map",
    }
)  # fmt: skip
"""Functions that take an attribute's name as an argument: harmless when called with a known one, and only then."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A node that makes a symbol which must not be used."""

    symbol: Symbol
    node: ast.AST


class Uses:
    """The uses of forbidden symbols in a whole project."""

    def __init__(self, resolver: Resolver, report: Report) -> None:
        self.resolver = resolver
        self.catalogue = resolver.catalogue
        self.report = report
        self._mentions: dict[str, dict[Place, Mention]] = {}
        self._used: set[Place] = set()

    def look(self, node: ast.AST) -> None:
        """Take note of what one node makes and uses."""
        if isinstance(node, ast.Attribute):
            self._use(node.value)
        if isinstance(node, ast.Call):
            self._use(node.func)
            for target in targets(self.resolver, node):
                if isinstance(target.callee, Symbol) and not keeps_inside(target, node, self.resolver):
                    self._called(target.callee, node)
                elif isinstance(target.callee, Getter):
                    self._got(node)
        if isinstance(node, ast.Call) or (
            isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load)
        ):
            self._made(node, symbols(self.resolver.value(node)))
        elif isinstance(node, ast.ImportFrom) and not only_for_type_checkers(node, self.resolver):
            for alias in node.names:
                found = symbols(self.resolver.imports.imported(alias, node)) if alias.name != "*" else []
                is_tried = all(self.catalogue.is_unknown(symbol.path) for symbol in found) and is_tried_import(
                    node, self.resolver
                )
                self._made(alias, [] if is_tried else found)

    def settle(self, table: Table) -> None:
        """Report the symbols that were named in a file and never called or followed further, in any file."""
        for place, mention in self._mentions.get(self.resolver.file(table.module.node).path, {}).items():
            statement = self.resolver.parents[mention.node] if isinstance(mention.node, ast.alias) else mention.node
            is_covered = self.report.is_reported_at(statement) or self._follows_from_import(mention.symbol)
            if place not in self._used and not is_covered:
                self._mentioned(mention)

    def _use(self, node: ast.expr) -> None:
        self._used |= {symbol.origin for symbol in symbols(self.resolver.value(node)) if symbol.origin is not None}

    def _made(self, node: ast.AST, found: list[Symbol]) -> None:
        if not found:
            return
        place = self.resolver.place(node)
        new = [symbol for symbol in found if symbol.origin == place and not symbol.blamed]
        known = [symbol for symbol in new if not self.catalogue.is_unknown(symbol.path)]
        for symbol in known or new:
            self._judge(symbol, node, place)

    def _judge(self, symbol: Symbol, node: ast.AST, place: Place) -> None:
        if symbol.via:
            self.report.add(
                LEAKED_MODULE, node, f"`{symbol.via}` is `{symbol.path}` of another library.", symbol=symbol
            )
        elif self.catalogue.is_private(symbol.path) and self.catalogue.is_allowed_import(symbol.path):
            self.report.add(PRIVATE_SYMBOL, node, f"`{symbol.path}` is a private name of its library.", symbol=symbol)
        elif self.catalogue.is_unknown(symbol.path):
            module, _, name = symbol.path.rpartition(".")
            message = f"`{module}` has no `{name}` in the versions that the catalogue knows."
            self.report.add(UNKNOWN_SYMBOL, node, message, symbol=symbol)
        elif symbol.path in READERS or self.catalogue.forbidden(symbol.path) is not None:
            self._mentions.setdefault(place.path, {}).setdefault(place, Mention(symbol, node))

    def _got(self, node: ast.Call) -> None:
        """Review what ``operator.methodcaller`` calls."""
        for symbol in symbols(self.resolver.value(node)):
            self._left_open(symbol, node)

    def _left_open(self, symbol: Symbol, node: ast.Call) -> None:
        if self._is_left_open(symbol, node):
            message = f"`{_plain(symbol)}` without `with` changes the whole process."
            self.report.add(EVALUATOR_TAMPERING, node, message, symbol=symbol)

    def _called(self, symbol: Symbol, node: ast.Call) -> None:
        if symbol.origin is not None:
            self._used.add(symbol.origin)
        self._left_open(symbol, node)
        if self._is_local_only(symbol, node):
            return
        capability = self.catalogue.forbidden(symbol.path)
        if capability is not None and not symbol.blamed and not self._follows_from_import(symbol):
            message = f"`{_plain(symbol)}` {capability.says}."
            self.report.add(BY_NAME[capability.rule], node, message, symbol=symbol, remedy=capability.instead)

    def _is_local_only(self, symbol: Symbol, node: ast.Call) -> bool:
        """Whether this is ``locals()`` inside a function, which has that function's variables and no others."""
        return symbol.path == "builtins.locals" and self.resolver.scope_of[node].kind is Kind.FUNCTION

    def _is_left_open(self, symbol: Symbol, node: ast.Call) -> bool:
        is_statement = isinstance(self.resolver.parents[node], ast.Expr)
        return is_statement and symbol.path in self.catalogue.names.left_open

    def _follows_from_import(self, symbol: Symbol) -> bool:
        """Whether the import of a wholly forbidden module is the finding, and this only one of its functions."""
        is_own_entry = self.catalogue.forbidden_name(symbol.path) == symbol.path
        return not is_own_entry and bool(symbol.trail) and self.report.is_reported(FORBIDDEN_IMPORT, symbol.trail[0])

    def _mentioned(self, mention: Mention) -> None:
        symbol = mention.symbol
        if symbol.path in READERS:
            message = f"`{_plain(symbol)}` is passed on, so the attribute it will read is not known."
            self.report.add(COMPUTED_ATTRIBUTE, mention.node, message, symbol=symbol)
            return
        capability = self.catalogue.forbidden(symbol.path)
        assert capability is not None  # noqa: S101 - only such symbols are mentions
        message = f"`{_plain(symbol)}` {capability.says}; it must not be named either."
        self.report.add(BY_NAME[capability.rule], mention.node, message, symbol=symbol, remedy=capability.instead)


def _plain(symbol: Symbol) -> str:
    return symbol.path.removeprefix("builtins.").removeprefix(ARGUMENT)

"""The names of a project to which something that matters may be bound, and where each of them is read.

A variable of one function or comprehension bears what is bound to it there and nowhere else. All other names, those of
attributes, modules and classes, are taken together for the whole project, because they can be read from anywhere.
"""

import ast
from collections.abc import Iterator

from prism_safety.modules import OwnModules
from prism_safety.scopes import FunctionNode, How, Kind, Scope

INNER = (Kind.FUNCTION, Kind.COMPREHENSION)
Bearer = str | tuple[Scope, str]
"""A name that can be read from anywhere, or a variable of one function or comprehension."""


class Bearers:
    """Tells the names of a project apart."""

    def __init__(self, modules: OwnModules) -> None:
        self.modules = modules
        self.scope_of = modules.trees.scope_of
        self._loads: dict[str, dict[Bearer, list[ast.Name | ast.Attribute]]] = {}
        self._local: dict[str, list[Scope]] | None = None

    def of(self, node: ast.Name) -> list[Bearer]:
        """What a name may mean where it is read or bound: most say one thing, in class bodies there may be two."""
        return self.at(self.scope_of[node], node.id)

    def at(self, reader: Scope, name: str) -> list[Bearer]:
        """What a name may mean in a scope."""
        found: list[Bearer] = []
        scope: Scope | None = reader.owner(name) if reader.redirected else reader
        while scope is not None:
            if name in scope.names:
                if scope.kind in INNER:
                    return [*found, (scope, name)]
                if scope.kind is Kind.MODULE or scope is reader:
                    found = [name]
            scope = scope.parent
        return found or [name]

    def of_parameter(self, function: ast.AST, name: str) -> Bearer:
        """A parameter of a function."""
        return (self.modules.inner[function], name)

    def of_parameters(self, name: str) -> Iterator[Bearer]:
        """The parameters of this name of all functions."""
        for scope in self._scopes(name):
            if any(isinstance(one.node, ast.arg) or one.how is How.SELF for one in scope.names[name].bindings):
                yield (scope, name)

    def of_imports(self, name: str) -> Iterator[Bearer]:
        """What an import of something of this name binds, wherever it stands."""
        yield name
        for scope in self._scopes(name):
            if any(one.how is How.IMPORT for one in scope.names[name].bindings):
                yield (scope, name)

    def everywhere(self, name: str) -> Iterator[Bearer]:
        """All that are called so."""
        yield name
        for scope in self._scopes(name):
            yield (scope, name)

    def of_definition(self, node: FunctionNode | ast.ClassDef) -> list[Bearer]:
        """What a function or class is bound to where it is defined; nothing for a ``lambda``."""
        return [] if isinstance(node, ast.Lambda) else self.at(self.scope_of[node], node.name)

    def loads(self, bearer: Bearer) -> list[ast.Name | ast.Attribute]:
        """Where it is read."""
        name = bearer if isinstance(bearer, str) else bearer[1]
        by_bearer = self._loads.get(name)
        if by_bearer is None:
            by_bearer = self._loads[name] = self._sorted(name)
        return by_bearer.get(bearer, [])

    def _sorted(self, name: str) -> dict[Bearer, list[ast.Name | ast.Attribute]]:
        """The places where a name is read, by what it means there."""
        found: dict[Bearer, list[ast.Name | ast.Attribute]] = {}
        for table in self.modules.tables.values():
            for node in table.loads.get(name, ()):
                for bearer in self.of(node) if isinstance(node, ast.Name) else (name,):
                    found.setdefault(bearer, []).append(node)
        return found

    def _scopes(self, name: str) -> list[Scope]:
        """The functions and comprehensions that have a variable of this name."""
        if self._local is None:
            self._local = {}
            for scope in self.modules.inner.values():
                for each in scope.names if scope.kind in INNER else ():
                    self._local.setdefault(each, []).append(scope)
        return self._local.get(name, [])

"""What the names that imports bring in may be: a library's symbol, or what a file of the project binds to them."""

import ast
from typing import TYPE_CHECKING

from prism_safety import values
from prism_safety.scopes import Scope
from prism_safety.values import UNKNOWN, Constant, Place, Symbol, Value, union

if TYPE_CHECKING:
    from prism_safety.resolve import Resolver

MAX_STAR_HOPS = 8


class ImportedNames:
    """Values of imported names."""

    def __init__(self, resolver: "Resolver") -> None:
        self.resolver = resolver

    def imported(self, alias: ast.alias, statement: ast.ImportFrom | None) -> Value:
        """What one name of an import statement is bound to."""
        place = self.resolver.place(alias)
        if statement is None:
            name = alias.name if alias.asname else alias.name.partition(".")[0]
            if self.resolver.modules.is_own(name):
                return frozenset({values.OwnModule(name)})
            return frozenset({Symbol(name, origin=place, trail=(place,))})
        module = self.resolver.modules.source_module(statement, self.resolver.file(alias))
        if module is None:
            return UNKNOWN
        if statement.level or self.resolver.modules.is_own(module):
            return self.member(module, alias.name, place)
        return frozenset({self.resolver.below(Symbol(module, trail=(place,)), alias.name, place)})

    def member(self, module: str, name: str, place: Place) -> Value:
        """What a name in one of the project's own modules may be."""
        found: list[Value] = []
        scope = self.resolver.modules.scope(module)
        if scope is not None and name in scope.names:
            found.append(self.resolver.variable(scope.names[name]))
        elif scope is not None:
            found.append(self.starred(scope, name, place, MAX_STAR_HOPS))
        below = f"{module}.{name}" if module else name
        if self.resolver.modules.exists(below):
            found.append(frozenset({values.OwnModule(below)}))
        return union(found) or UNKNOWN

    def starred(self, scope: Scope, name: str, place: Place, hops: int) -> Value:
        """What a name may be through the ``from ... import *`` statements of a module."""
        found: list[Value] = []
        for statement in scope.stars if hops else ():
            module = self.resolver.modules.source_module(statement, self.resolver.modules.file_of(scope))
            if module is None:
                continue
            if not statement.level and not self.resolver.modules.is_own(module):
                if self.resolver.catalogue.offers(module, name) and not name.startswith("_"):
                    imported = Symbol(module, trail=(self.resolver.place(statement),))
                    found.append(frozenset({self.resolver.below(imported, name, place)}))
                continue
            inner = self.resolver.modules.scope(module)
            if inner is None or not self._exports(inner, name):
                continue
            if name in inner.names:
                found.append(self.resolver.variable(inner.names[name]))
            else:
                found.append(self.starred(inner, name, place, hops - 1))
        return union(found)

    def _exports(self, scope: Scope, name: str) -> bool:
        """Whether a star import may bring a name: one with an underscore only if ``__all__`` may list it."""
        if not name.startswith("_") or "__all__" not in scope.names:
            return not name.startswith("_")
        listed = values.elements(self.resolver.variable(scope.names["__all__"]))
        return any(not isinstance(atom, Constant) or atom.value == name for atom in listed)

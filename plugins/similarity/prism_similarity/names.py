"""What the names in one file stand for, as far as it can be known without running it."""

import ast
import builtins
from collections.abc import Iterable
from typing import Final

from prism_similarity.vocabulary import KEPT

BUILTINS: Final = frozenset(name for name in dir(builtins) if not name.startswith("_"))
OWN: Final = ""
REGISTERING: Final = frozenset({"register_buffer", "register_parameter", "register_module", "add_module"})
"""Methods of a module that give it an attribute of the name they are told."""


class Names:
    """Import aliases, and the attributes that a file gives its own objects.

    An alias counts in the whole file, also where a local name hides it: only the last part of what it leads to matters.
    """

    def __init__(self, tree: ast.AST, own_modules: frozenset[str]) -> None:
        """``own_modules`` are first parts of the dotted names that lead to the project's own files."""
        self._aliases: dict[str, str] = {}
        self._attributes: set[str] = set()
        self._own_modules = own_modules
        nodes = tuple(ast.walk(tree))
        for node in nodes:
            self._learn(node)
        for node in nodes:
            self._learn_alias(node)

    def outside(self, node: ast.expr) -> str:
        """The last part of the outside API that an expression names; empty when it names none."""
        parts = self.dotted(node)
        return parts.rpartition(".")[2] if parts else OWN

    def attribute(self, node: ast.Attribute) -> str:
        """The attribute's name where it is an API's; empty where it is the project's own."""
        is_self = isinstance(node.value, ast.Name) and node.value.id in {"self", "cls"}
        if is_self and node.attr in self._attributes:
            return OWN
        return node.attr if node.attr in KEPT or node.attr.rstrip("_") in KEPT else OWN

    def dotted(self, node: ast.expr) -> str:
        """The outside API that an expression names, from its root; empty when it names none."""
        if isinstance(node, ast.Name):
            if node.id in self._aliases:
                return self._aliases[node.id]
            return node.id if node.id in BUILTINS else OWN
        if isinstance(node, ast.Attribute):
            base = self.dotted(node.value) if isinstance(node.value, ast.Name | ast.Attribute) else OWN
            return f"{base}.{node.attr}" if base else OWN
        return OWN

    def _learn(self, node: ast.AST) -> None:
        match node:
            case ast.Import(names=names):
                self._learn_import(names)
            case ast.ImportFrom(level=0, module=str(module)) if module.partition(".")[0] not in self._own_modules:
                self._aliases.update({alias.asname or alias.name: f"{module}.{alias.name}" for alias in node.names})
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                self._attributes.add(name)
            case ast.Attribute(ctx=ast.Store(), value=ast.Name(id="self" | "cls"), attr=name):
                self._attributes.add(name)
            case ast.Call(func=ast.Attribute(attr=call), args=[ast.Constant(value=str(name)), *_]) if (
                call in REGISTERING
            ):
                self._attributes.add(name)

    def _learn_import(self, names: Iterable[ast.alias]) -> None:
        for alias in names:
            root = alias.name.partition(".")[0]
            if root not in self._own_modules:
                self._aliases[alias.asname or root] = alias.name if alias.asname else root

    def _learn_alias(self, node: ast.AST) -> None:
        """``linear = nn.Linear`` makes ``linear`` another name of the API."""
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Attribute() as value) if name not in self._aliases:
                outside = self.dotted(value)
                if outside:
                    self._aliases[name] = outside

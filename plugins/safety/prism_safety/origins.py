"""Where the names of a project come from: a library by one import, the project's own files, or more than one place."""

import ast
from collections.abc import Iterator

from prism_safety.modules import OwnModules
from prism_safety.outlook import Outlook, Outlooks, Prospect
from prism_safety.scopes import Binding, FunctionNode, How, Table


class Origins:
    """The imports, aliases and definitions of a project, by name."""

    def __init__(self, modules: OwnModules, outlooks: Outlooks) -> None:
        self.modules = modules
        self.outlooks = outlooks
        self.parents = modules.trees.parents
        self.imported: dict[str, dict[str, Outlook]] = {}
        """By file: the names that are bound by nothing but one import of a library's symbol."""
        self.unclear: set[str] = set()
        """Names that may be a library's symbol which matters, or something else."""
        self.aliases: dict[str, set[str]] = {}
        """What the project's own names are called where they are imported, and the other way round."""
        self.callables: dict[str, list[ast.AST]] = {}
        """The functions and classes that are bound to a name."""
        for path, table in modules.tables.items():
            self._index(path, table)

    def _index(self, path: str, table: Table) -> None:
        self.imported[path] = {}
        for name, bindings in table.bound.items():
            if any(binding.how is How.IMPORT for binding in bindings):
                self._import(path, name, bindings)
            self._define(name, bindings)
        for name, bindings in table.fields.items():
            self._define(name, bindings)

    def _define(self, name: str, bindings: list[Binding]) -> None:
        made = [one.node for one in bindings if isinstance(one.node, FunctionNode | ast.ClassDef) and not one.steps]
        if made:
            self.callables.setdefault(name, []).extend(made)

    def _import(self, path: str, name: str, bindings: list[Binding]) -> None:
        outlooks = {
            found for binding in bindings if binding.how is How.IMPORT for found in self._outlook(path, binding)
        }
        is_only = len(outlooks) == 1 and all(binding.how is How.IMPORT for binding in bindings)
        if is_only and len({id(binding.node) for binding in bindings}) == len(bindings):
            self.imported[path][name] = outlooks.pop()
        elif any(outlook.prospect is not Prospect.HARMLESS for outlook in outlooks):
            self.unclear.add(name)

    def _outlook(self, path: str, binding: Binding) -> Iterator[Outlook]:
        """The library's symbol that an import binds; the project's own names are noted as aliases."""
        alias, statement = binding.node, binding.statement
        assert isinstance(alias, ast.alias)  # noqa: S101 - the binder gives it
        if isinstance(statement, ast.ImportFrom):
            module = self.modules.source_module(statement, self.modules.source(path))
            if module is None:
                return
            if statement.level or self.modules.is_own(module):
                self._alias(alias.name, alias.asname or alias.name)
                return
            found = self.outlooks.step(self.outlooks.of(module), alias.name)
        else:
            whole = alias.name if alias.asname else alias.name.partition(".")[0]
            if self.modules.is_own(whole):
                return
            found = self.outlooks.of(whole)
        if self.outlooks.is_within_policy(found.path) or not self._is_conditional(alias):
            yield found
        else:
            # It may never run, and its names are judged one by one then.
            self.unclear.add(alias.asname or alias.name.partition(".")[0])

    def _is_conditional(self, node: ast.AST) -> bool:
        """Whether an import stands under a condition, and may be for type checkers only."""
        while node in self.parents:
            node = self.parents[node]
            if isinstance(node, ast.If):
                return True
        return False

    def _alias(self, name: str, other: str) -> None:
        if name != other:
            self.aliases.setdefault(name, set()).add(other)
            self.aliases.setdefault(other, set()).add(name)

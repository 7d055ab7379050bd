"""Where the names of a project come from: a library by one import, the project's own files, or more than one place."""

import ast
from collections.abc import Callable, Iterator

from prism_safety.modules import OwnModules
from prism_safety.outlook import Outlook, Outlooks, Prospect
from prism_safety.scopes import Binding, FunctionNode, How, Table


class Origins:
    """The imports, aliases and definitions of a project, by name."""

    def __init__(self, modules: OwnModules, outlooks: Outlooks, may_not_run: Callable[[ast.AST], bool]) -> None:
        """``may_not_run`` says whether an import may be for type checkers only."""
        self.modules = modules
        self.outlooks = outlooks
        self.may_not_run = may_not_run
        self.imported: dict[str, dict[str, Outlook]] = {}
        """By file: the names that are bound by nothing but one import of a library's symbol."""
        self.unclear: dict[str, list[Outlook | None]] = {}
        """Names that may be a library's symbol which matters, or something else: the symbols, ``None`` for any."""
        self.aliases: dict[str, set[str]] = {}
        """What the project's own names are called where they are imported, and the other way round."""
        self.callables: dict[str, list[ast.AST]] = {}
        """The functions and classes that are bound to a name."""
        for path, table in modules.tables.items():
            self._index(path, table)

    def _index(self, path: str, table: Table) -> None:
        self.imported[path] = {}
        for name, bindings in table.bound.items():
            if How.IMPORT in [binding.how for binding in bindings]:
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
            return
        mattering = [outlook for outlook in outlooks if outlook.prospect is not Prospect.HARMLESS]
        if mattering:
            self.unclear.setdefault(name, []).extend(mattering)

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
        if self.outlooks.is_within_policy(found.path) or not self.may_not_run(binding.statement or alias):
            yield found
        else:
            # The import is no finding then, and its names are judged one by one.
            self.unclear.setdefault(alias.asname or alias.name.partition(".")[0], []).append(None)

    def _alias(self, name: str, other: str) -> None:
        if name != other:
            self.aliases.setdefault(name, set()).add(other)
            self.aliases.setdefault(other, set()).add(name)

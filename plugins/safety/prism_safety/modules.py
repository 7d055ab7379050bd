"""The project's own modules: which names they are imported by, and who binds what in them."""

import ast
from collections.abc import Iterable
from pathlib import PurePosixPath

from prism.project import Project, SourceFile, UnparsableError
from prism_safety.binding import table_of
from prism_safety.scopes import Binding, How, Scope, Table, Trees, Variable, lookup


class OwnModules:
    """Symbol tables of all files that parse, and the names under which Python would find them from the root.

    A file that is called like a module of the standard library or of an allowed package is found by relative imports
    only: what Python would import otherwise depends on the process, so the name keeps its usual meaning.
    """

    def __init__(self, project: Project, reserved: frozenset[str]) -> None:
        self.tables: dict[str, Table] = {}
        self.trees = Trees()
        self._files: dict[ast.AST, SourceFile] = {}
        self._by_name = project.modules
        self._reserved = reserved
        self._packages = {
            ".".join(name.split(".")[:n]) for name in self._by_name for n in range(name.count(".") + 1)
        } | {""}
        for file in project:
            try:
                self._add(file)
            except UnparsableError:
                continue
        self.inner = self.trees.inner
        self.fields = self._fields()

    def _add(self, file: SourceFile) -> None:
        table = table_of(file.tree, self.trees)
        self.tables[file.path] = table
        self._files[table.module.node] = file

    def _fields(self) -> dict[str, Variable]:
        """What is stored under each attribute name anywhere in the project, class attributes included."""
        fields: dict[str, Variable] = {}
        for table in self.tables.values():
            for name, bindings in table.fields.items():
                fields.setdefault(name, Variable(name)).bindings.extend(bindings)
            for node in table.classes:
                for name, variable in self.inner[node].names.items():
                    fields.setdefault(name, Variable(name)).bindings.extend(variable.bindings)
        return fields

    def file_of(self, scope: Scope) -> SourceFile:
        """The file in which a scope stands."""
        return self._files[scope.root.node]

    def source(self, path: str) -> SourceFile:
        """The file at a path of a file that parses."""
        return self._files[self.tables[path].module.node]

    def is_own(self, name: str) -> bool:
        """Whether a dotted name is a module or folder of the project, importable from its root."""
        return name.partition(".")[0] not in self._reserved and self.exists(name)

    def exists(self, name: str) -> bool:
        """Whether a dotted name is a module or folder of the project, whatever else is called like it."""
        return name in self._by_name or name in self._packages

    def scope(self, name: str) -> Scope | None:
        """The module scope of an own module, if it has a file that parses."""
        file = self._by_name.get(name)
        table = self.tables.get(file.path) if file is not None else None
        return table.module if table is not None else None

    def mentions(self, names: Iterable[str]) -> bool:
        """Whether any of these names is imported or read anywhere in the project."""
        return any(
            name in table.loads or any(alias.name == name for node in table.imports for alias in node.names)
            for table in self.tables.values()
            for name in names
        )

    def module_of(self, node: ast.expr) -> str | None:
        """The own module that a dotted name is, by the imports that bind its first part; ``None`` when it is none."""
        rest: list[str] = []
        while isinstance(node, ast.Attribute):
            rest.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return None
        scope = self.trees.scope_of[node]
        variables, _ = lookup(scope, node.id, (node.lineno, node.col_offset))
        bindings = [binding for variable in variables for binding in variable.bindings]
        bound = [self.bound_module(one, self.file_of(scope)) for one in bindings]
        only = bound[0] if len(set(bound)) == 1 else None
        return ".".join([only, *reversed(rest)]) if only is not None else None

    def bound_module(self, binding: Binding, file: SourceFile) -> str | None:
        """The own module to which an import binds a name; ``None`` for anything else."""
        alias, statement = binding.node, binding.statement
        if binding.how is not How.IMPORT or not isinstance(alias, ast.alias):
            return None
        name: str | None = alias.name if alias.asname else alias.name.partition(".")[0]
        if isinstance(statement, ast.ImportFrom):
            source = self.source_module(statement, file)
            name = f"{source}.{alias.name}" if source else None if source is None else alias.name
        return name if name is not None and self.exists(name) else None

    def source_module(self, statement: ast.ImportFrom, file: SourceFile) -> str | None:
        """The absolute dotted name a ``from`` import takes from; ``None`` when it leaves the project.

        The root itself is the empty name.
        """
        if not statement.level:
            return statement.module or ""
        package = PurePosixPath(file.path).parent.parts
        climbed = statement.level - 1
        if climbed > len(package):
            return None
        parts = [*package[: len(package) - climbed], *([statement.module] if statement.module else [])]
        return ".".join(parts)

"""Which functions of a project are called in plain sight only, so that every value of their parameters is known."""

import ast

from prism_safety.modules import OwnModules


class PlainSight:
    """The functions of a project that are named for nothing but being called and imported under their own name.

    Only such calls are linked to the parameters; a function that is passed on, or reached through its module, may be
    called with anything.
    """

    def __init__(self, modules: OwnModules) -> None:
        self._modules = modules
        self._imports: list[tuple[str, ast.alias, str]] = []
        """Imports from the project: the importing module, the name, and the module it comes from."""
        self._stars: set[str] = set()
        self._objects: set[str] = set()
        """Modules that are bound to a name, so that their functions can be reached as attributes."""
        for path, table in modules.tables.items():
            own = modules.source(path).module
            for node in table.imports:
                if isinstance(node, ast.Import):
                    self._objects.update(
                        alias.name if alias.asname else alias.name.partition(".")[0] for alias in node.names
                    )
                else:
                    self._import(node, own, modules.source_module(node, modules.source(path)))

    def _is_passed_on(self, name: str) -> bool:
        """Whether a name is read other than for a call, anywhere in the project."""
        loads = [node for table in self._modules.tables.values() for node in table.loads.get(name, ())]
        return any(isinstance(node, ast.Name) and not self._is_called(node) for node in loads)

    def _is_called(self, node: ast.Name) -> bool:
        parent = self._modules.trees.parents[node]
        return isinstance(parent, ast.Call) and parent.func is node

    def _import(self, node: ast.ImportFrom, own: str, source: str | None) -> None:
        if source is None or not self._modules.exists(source):
            return
        for alias in node.names:
            if alias.name == "*":
                self._stars.add(source)
            elif self._modules.exists(f"{source}.{alias.name}" if source else alias.name):
                self._objects.add(f"{source}.{alias.name}" if source else alias.name)
            else:
                self._imports.append((own, alias, source))

    def shows(self, function: ast.AST, module: str, *, at_top: bool) -> bool:
        """Whether a function, defined at the top of a module, is called in plain sight only."""
        if not isinstance(function, ast.FunctionDef) or not at_top or function.decorator_list:
            return False
        name = function.name
        imports = [found for found in self._imports if found[1].name == name]
        is_renamed = any(alias.asname is not None or source != module for _, alias, source in imports)
        holders = [module, *(importer for importer, _, _ in imports)]
        return not (self._is_passed_on(name) or is_renamed or self._is_open(name, holders))

    def _is_open(self, name: str, holders: list[str]) -> bool:
        """Whether a module that has the name can be reached as an object, or is imported with a star."""
        starred = any(name in scope.names or scope.stars for scope in map(self._modules.scope, self._stars) if scope)
        return starred or any(
            held == bound or held.startswith(f"{bound}.") for held in holders for bound in self._objects
        )

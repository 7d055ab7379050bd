"""Which functions of a project are called in plain sight only, so that every value of their parameters is known."""

import ast
from collections.abc import Iterator, Mapping

from prism_safety.modules import OwnModules

LISTING = ("locals", "vars")
"""Functions that give what is defined inside a function, by its name."""


class PlainSight:
    """The functions of a project that are named for nothing but being called and imported.

    Only such calls are linked to the parameters; a function that is passed on, or reached through its module, may be
    called with anything.
    """

    def __init__(self, modules: OwnModules) -> None:
        self._modules = modules
        self._imports: list[tuple[str, ast.alias, str]] = []
        """Imports from the project: the importing module, the name, and the module it comes from."""
        self._stars: set[str] = set()
        self._objects: dict[str, set[str]] = {}
        """Modules that are bound to a name, so that their functions can be reached as attributes, with the names."""
        for path, table in modules.tables.items():
            own = modules.source(path).module
            for node in table.imports:
                if isinstance(node, ast.Import):
                    for alias in node.names:
                        bound = alias.name if alias.asname else alias.name.partition(".")[0]
                        self._objects.setdefault(bound, set()).add(alias.asname or bound)
                else:
                    self._import(node, own, modules.source_module(node, modules.source(path)))

    def _is_passed_on(self, name: str) -> bool:
        """Whether a name is read other than for a call, anywhere in the project."""
        loads = [node for table in self._modules.tables.values() for node in table.loads.get(name, ())]
        return any(isinstance(node, ast.Name) and not self._is_called(node) for node in loads)

    def _is_called(self, node: ast.Name | ast.Attribute) -> bool:
        parent = self._modules.trees.parents[node]
        return isinstance(parent, ast.Call) and parent.func is node

    def _import(self, node: ast.ImportFrom, own: str, source: str | None) -> None:
        if source is None or not self._modules.exists(source):
            return
        for alias in node.names:
            if alias.name == "*":
                self._stars.add(source)
            elif self._modules.exists(f"{source}.{alias.name}" if source else alias.name):
                bound = f"{source}.{alias.name}" if source else alias.name
                self._objects.setdefault(bound, set()).add(alias.asname or alias.name)
            else:
                self._imports.append((own, alias, source))

    def shows(self, function: ast.AST, module: str) -> bool:
        """Whether a function of a module, defined at its top or inside another one, is called in plain sight only."""
        if not isinstance(function, ast.FunctionDef) or function.decorator_list:
            return False
        is_inner = not isinstance(self._modules.trees.parents[function], ast.Module)
        if is_inner and self._modules.mentions(LISTING):
            return False
        known = self._known_as(module, function.name)
        names = {name for _, name in known}
        return not (any(map(self._is_passed_on, names)) or any(self._is_open(*each) for each in known))

    def _known_as(self, module: str, name: str) -> set[tuple[str, str]]:
        """The modules that have a function, with the name by which they have it: its own, and those that import it."""
        found = {(module, name)}
        todo = [(module, name)]
        while todo:
            known = todo.pop()
            imports = [(own, alias) for own, alias, source in self._imports if (source, alias.name) == known]
            new = {(own, alias.asname or alias.name) for own, alias in imports} - found
            found |= new
            todo += new
        return found

    def _is_open(self, holder: str, name: str) -> bool:
        """Whether a module that has the name is handed about as an object, or imported with a star."""
        starred = any(name in scope.names or scope.stars for scope in map(self._modules.scope, self._stars) if scope)
        bound = [bound for bound in self._objects if holder == bound or holder.startswith(f"{bound}.")]
        if starred or not bound:
            return starred
        parts = self._named_like({part for one in bound for part in (*self._objects[one], *holder.split("."))})
        is_asked = all(map(self._is_asked, (node for part in parts for node in self._loads(part))))
        return not is_asked or not all(self._is_seen(node, parts, name) for node in self._loads(name))

    def _named_like(self, names: set[str]) -> set[str]:
        """Names of a module, and those under which they are imported from where they are bound."""
        size = 0
        while len(names) > size:
            size = len(names)
            names = names.union(alias.asname or alias.name for _, alias, _ in self._imports if alias.name in names)
        return names

    def _is_seen(self, node: ast.Name | ast.Attribute, parts: set[str], name: str) -> bool:
        """Whether a mention is a call, and what it is asked of is no module or one whose functions are linked."""
        base = node.value if isinstance(node, ast.Attribute) else None
        last = getattr(base, "attr", getattr(base, "id", ""))
        module = self._modules.module_of(base) if base is not None and last in parts else None
        scope = self._modules.scope(module) if module is not None else None
        return self._is_called(node) and (last not in parts or (scope is not None and name in scope.names))

    def shows_method(self, function: ast.FunctionDef) -> bool:
        """Whether a method that saves or loads is only ever called, and so that it must get its own object."""
        name, arguments = function.name, function.args
        is_named_so = any(word in name for word in ("save", "load", "checkpoint")) and name not in {"save", "load"}
        if not is_named_so or name[0] == "_" or "state_dict" in name or function.decorator_list:
            return False
        rest = [arguments.vararg, arguments.kwarg, *arguments.defaults, *arguments.kwonlyargs, *arguments.posonlyargs]
        if any(part is not None for part in rest):
            return False
        return all(self._hands_over(node, len(arguments.args) - 1) for node in self._loads(name))

    def _hands_over(self, node: ast.Name | ast.Attribute, count: int) -> bool:
        """Whether a method is called on an object, with exactly the arguments that it has besides the object."""
        call = self._modules.trees.parents[node]
        if not isinstance(node, ast.Attribute) or not isinstance(call, ast.Call) or call.func is not node:
            return False
        is_plain = all(word.arg is not None for word in call.keywords)
        is_plain = is_plain and not any(isinstance(part, ast.Starred) for part in call.args)
        return is_plain and len(call.args) + len(call.keywords) == count

    def _loads(self, name: str) -> Iterator[ast.Name | ast.Attribute]:
        return (node for table in self._modules.tables.values() for node in table.loads.get(name, ()))

    def _is_asked(self, node: ast.Name | ast.Attribute) -> bool:
        """Whether a module is only asked for an attribute here."""
        return isinstance(self._modules.trees.parents[node], ast.Attribute)


def is_called_here(function: ast.AST, parents: Mapping[ast.AST, ast.AST]) -> bool:
    """Whether something is a ``lambda`` that is called where it stands, so that nobody else can call it."""
    call = parents.get(function)
    return isinstance(function, ast.Lambda) and isinstance(call, ast.Call) and call.func is function

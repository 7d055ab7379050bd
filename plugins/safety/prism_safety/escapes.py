"""Which library modules a project hands about as values, so that an object nobody can follow may be one of them."""

import ast

from prism_safety.modules import OwnModules
from prism_safety.scopes import Table

ASKING = frozenset({"getattr", "hasattr", "isinstance", "id", "repr", "str", "vars"})
PLAIN = (ast.Attribute, ast.Assign, ast.AnnAssign, ast.Expr, ast.IfExp, ast.Compare, ast.BoolOp, ast.Delete)


def escaped_modules(modules: OwnModules) -> tuple[str, ...]:
    """The dotted names of imported modules that are put into something, handed over, returned or raised."""
    found: set[str] = set()
    for table in modules.tables.values():
        imported = _imported(table, modules)
        for name, module in imported.items():
            if any(isinstance(node, ast.Name) and _escapes(node, modules) for node in table.loads.get(name, ())):
                found.add(module)
    return tuple(sorted(found))


def _imported(table: Table, modules: OwnModules) -> dict[str, str]:
    aliases = [alias for node in table.imports if isinstance(node, ast.Import) for alias in node.names]
    return {
        alias.asname or alias.name.partition(".")[0]: alias.name if alias.asname else alias.name.partition(".")[0]
        for alias in aliases
        if not modules.is_own(alias.name)
    }


def _escapes(node: ast.Name, modules: OwnModules) -> bool:
    parent = modules.trees.parents[node]
    if isinstance(parent, PLAIN):
        return False
    return not (isinstance(parent, ast.Call) and isinstance(parent.func, ast.Name) and parent.func.id in ASKING)

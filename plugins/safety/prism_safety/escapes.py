"""Which library modules a project hands about as values, so that an object nobody can follow may be one of them."""

import ast
from collections.abc import Callable

from prism_safety.modules import OwnModules
from prism_safety.scopes import Kind, Table

ASKING = frozenset({"getattr", "hasattr", "isinstance", "id", "repr", "str", "vars"})
PLAIN = (ast.Attribute, ast.Expr, ast.IfExp, ast.BoolOp, ast.Delete)
OBVIOUS = (ast.Is, ast.IsNot, ast.Eq, ast.NotEq)


def escaped_modules(modules: OwnModules, is_module: Callable[[str], bool]) -> tuple[str, ...]:
    """The dotted names of library modules that are put into something, handed over, returned or raised."""
    found: set[str] = set()
    for table in modules.tables.values():
        for name, module in _imported(table, modules).items():
            for node in table.loads.get(name, ()):
                if isinstance(node, ast.Name):
                    path, top = _whole(node, module, modules)
                    if path not in found and _escapes(top, modules):
                        found.add(path)
    return tuple(sorted(filter(is_module, found)))


def _imported(table: Table, modules: OwnModules) -> dict[str, str]:
    """What the names of a file are imported from, if that is no module of the project."""
    found: dict[str, str] = {}
    for node in table.imports:
        for alias in node.names:
            if isinstance(node, ast.ImportFrom) and not node.level and node.module and not modules.is_own(node.module):
                found[alias.asname or alias.name] = f"{node.module}.{alias.name}"
            elif isinstance(node, ast.Import) and not modules.is_own(alias.name):
                root = alias.name.partition(".")[0]
                found[alias.asname or root] = alias.name if alias.asname else root
    return found


def _whole(node: ast.Name, path: str, modules: OwnModules) -> tuple[str, ast.expr]:
    """The dotted name that a name begins, and its node."""
    top: ast.expr = node
    parent = modules.trees.parents[top]
    while isinstance(parent, ast.Attribute):
        path, top = f"{path}.{parent.attr}", parent
        parent = modules.trees.parents[top]
    return path, top


def _escapes(node: ast.expr, modules: OwnModules) -> bool:
    parent = modules.trees.parents[node]
    match parent:
        case ast.Call(func=called):
            return called is not node and getattr(called, "id", "") not in ASKING
        case ast.Compare(ops=operators):
            return not all(isinstance(operator, OBVIOUS) for operator in operators)
        case ast.Assign() | ast.AnnAssign():
            return _is_seen_by_others(parent, modules)
    return not isinstance(parent, PLAIN)


def _is_seen_by_others(node: ast.Assign | ast.AnnAssign, modules: OwnModules) -> bool:
    """Whether an assignment hands its value to more than a name: a class's body, an own setter."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    is_plain = all(isinstance(target, ast.Name | ast.Tuple) for target in targets)
    return not is_plain or modules.trees.scope_of[node].kind is Kind.CLASS

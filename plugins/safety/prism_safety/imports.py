"""Reviews import statements: what is brought in, from where, and whether the policy allows it."""

import ast

from prism_safety.capability_rules import UNKNOWN_SYMBOL
from prism_safety.catalogue import is_dunder
from prism_safety.report import Report
from prism_safety.resolve import Resolver
from prism_safety.rules import FORBIDDEN_IMPORT, LEAKED_MODULE, PRIVATE_SYMBOL, UNSAFE_ATTRIBUTE
from prism_safety.values import symbols


def review_import(node: ast.Import | ast.ImportFrom, resolver: Resolver, report: Report) -> None:
    """Report what an import statement must not bring in."""
    if only_for_type_checkers(node, resolver):
        return
    if isinstance(node, ast.Import):
        for alias in node.names:
            _review_module(alias, alias.name, resolver, report)
        return
    module = resolver.modules.source_module(node, resolver.file(node))
    if module is None:
        message = "This relative import leaves the project."
        report.add(FORBIDDEN_IMPORT, node, message, remedy="Import from a module inside the project.")
    elif node.level and not resolver.modules.exists(module):
        message = f"The project has no module `{module}`."
        report.add(FORBIDDEN_IMPORT, node, message, remedy="Add the file, or take the import out.")
    elif not node.level and not _review_module(node, module, resolver, report):
        for alias in node.names:
            _review_name(alias, node, resolver, report)


def only_for_type_checkers(node: ast.AST, resolver: Resolver) -> bool:
    """Whether a statement stands under ``if TYPE_CHECKING:`` and so never runs."""
    parents = resolver.parents
    while node in parents:
        parent = parents[node]
        if isinstance(parent, ast.If) and node in parent.body and is_type_checking(parent.test, resolver):
            return True
        if isinstance(parent, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            return False
        node = parent
    return False


def is_tried(node: ast.ImportFrom, resolver: Resolver) -> bool:
    """Whether the import of a standard module's name may fail, and the project goes on with another one."""
    parent = resolver.parents.get(node)
    if node.level or (node.module or "").partition(".")[0] not in resolver.catalogue.stdlib:
        return False
    handlers = parent.handlers if isinstance(parent, ast.Try) and node in parent.body else []
    return any(getattr(handler.type, "id", "") == "ImportError" for handler in handlers)


def is_type_checking(test: ast.expr, resolver: Resolver) -> bool:
    """Whether a condition is ``typing.TYPE_CHECKING`` and nothing else."""
    if isinstance(test, ast.Compare | ast.UnaryOp | ast.Constant):
        return False  # these give no symbol, whatever they are made of
    value = resolver.value(test)
    paths = {symbol.path for symbol in symbols(value)}
    return len(value) == len(paths) > 0 and paths <= {"typing.TYPE_CHECKING", "typing_extensions.TYPE_CHECKING"}


def _review_module(node: ast.AST, name: str, resolver: Resolver, report: Report) -> bool:
    """Whether importing a module by its absolute name is a finding."""
    catalogue = resolver.catalogue
    if resolver.modules.is_own(name):
        return False
    capability = catalogue.forbidden(name)
    if not catalogue.is_allowed_import(name):
        said = f", which {capability.says}" if capability is not None else ""
        report.add(
            FORBIDDEN_IMPORT,
            node,
            f"`{name}` is not among the allowed imports{said}.",
            remedy=_remedy(node, name, resolver),
        )
    elif capability is not None:
        report.add(FORBIDDEN_IMPORT, node, f"`{name}` {capability.says}.", remedy=capability.instead)
    elif catalogue.is_private(name):
        report.add(PRIVATE_SYMBOL, node, f"`{name}` is a private module of its library.")
    elif catalogue.is_unknown_module(name):
        report.add(UNKNOWN_SYMBOL, node, f"The catalogue of its library has no module `{name}`.")
    else:
        return False
    return True


def _remedy(node: ast.AST, name: str, resolver: Resolver) -> str:
    """For a name that a neighbouring file has: how to import that one."""
    package = resolver.file(node).module.rpartition(".")[0]
    if package and resolver.modules.exists(f"{package}.{name}"):
        return f"For the project's own file write `from . import {name}`."
    return ""


def _review_name(alias: ast.alias, node: ast.ImportFrom, resolver: Resolver, report: Report) -> None:
    if alias.name == "*":
        return
    for symbol in symbols(resolver.imports.imported(alias, node)):
        if symbol.via:
            report.add(LEAKED_MODULE, alias, f"`{symbol.via}` is `{symbol.path}` of another library.", symbol=symbol)
        elif is_dunder(alias.name) and resolver.catalogue.unsafe_attribute(alias.name):
            report.add(
                UNSAFE_ATTRIBUTE, alias, f"`{alias.name}` leads into the interpreter's own objects.", symbol=symbol
            )
        elif resolver.catalogue.is_private(symbol.path) and resolver.catalogue.is_allowed_import(symbol.path):
            report.add(PRIVATE_SYMBOL, alias, f"`{symbol.path}` is a private name of its library.", symbol=symbol)

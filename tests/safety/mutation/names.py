"""Rewrites of names and imports: other words for the same things."""

import ast
import builtins
import re
import sys
import sysconfig
from pathlib import Path

from tests.safety.mutation.carriers import Rewrite
from tests.safety.mutation.program import Program, in_focus, put_in_focus
from tests.safety.mutation.sites import Site, bindings, module_imports, sites
from tests.safety.mutation.templates import put_before

STANDARD_LIBRARY = Path(sysconfig.get_path("stdlib"))


def rewrites() -> dict[str, Rewrite]:
    """All rewrites of this kind by name."""
    return {
        "alias-import": _alias_import,
        "rename-names": _rename_names,
        "import-to-attribute": _import_to_attribute,
        "attribute-to-import": _attribute_to_import,
        "import-in-function": _import_in_function,
    }


def _alias_import(program: Program) -> bool:
    """``import x`` becomes ``import x as y``; ``from x import y`` likewise."""
    path, tree = program.chance.choice(list(program.trees.items()))
    fitting = [
        alias
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
        if alias.name != "*" and not (isinstance(node, ast.ImportFrom) and node.module == "__future__")
        and (alias.asname or "." not in alias.name) and _is_renamable(alias.asname or alias.name, program, path)
    ]  # fmt: skip
    if not fitting:
        return False
    alias = program.chance.choice(fitting)
    old, alias.asname = alias.asname or alias.name, program.fresh()
    _rename(tree, {old: alias.asname})
    return True


def _rename_names(program: Program) -> bool:
    """Every name that functions of a file bind for themselves is called otherwise."""
    path, tree = program.chance.choice(list(program.trees.items()))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    local = {name for function in functions for part in function.body for name in bindings(part)}
    outside = {name for _, name in _bound_outside_functions(tree)}
    new = {name: program.fresh() for name in sorted(local - outside) if _is_renamable(name, program, path, once=False)}
    _rename(tree, new)
    return bool(new)


def _bound_outside_functions(tree: ast.Module) -> list[tuple[ast.AST, str]]:
    """What a module or class body binds is an attribute too; parameters may be passed by name."""
    found: list[tuple[ast.AST, str]] = [(node, node.arg) for node in ast.walk(tree) if isinstance(node, ast.arg)]
    ahead: list[ast.AST] = [tree]
    while ahead:
        node = ahead.pop()
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
                found.append((child, child.name))
                ahead += [below for below in ast.walk(child) if isinstance(below, ast.ClassDef)]
            else:
                found += (
                    [(child, name) for name in bindings(child)] if isinstance(node, ast.Module | ast.ClassDef) else []
                )
                ahead.append(child)
    return found


def _is_renamable(name: str, program: Program, path: str, *, once: bool = True) -> bool:
    """Whether a name is bound in this file only, and is neither spelled in a text nor an attribute of the module."""
    if hasattr(builtins, name) or name.startswith("__"):
        return False
    tree = program.trees[path]
    if once and list(bindings(tree)).count(name) != 1:
        return False
    return len(program.trees) == 1 and name not in _words(tree) and not _is_imported_by_special_form(tree, name)


def _words(tree: ast.Module) -> set[str]:
    """Words in the texts of a file; a name among them may be looked up by it. Statements of text alone do nothing."""
    idle = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    texts = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and node not in idle]
    return {word for node in texts if isinstance(node.value, str) for word in re.findall(r"\w+", node.value)}


def _is_imported_by_special_form(tree: ast.Module, name: str) -> bool:
    """Whether an import gives the name a meaning that a plain renaming would lose."""
    return any(
        isinstance(node, ast.ImportFrom | ast.Import)
        and any(
            alias.name == "*" or (alias.asname is None and alias.name.partition(".")[0] == name and "." in alias.name)
            for alias in node.names
        )
        for node in ast.walk(tree)
    )


def _rename(tree: ast.Module, new: dict[str, str]) -> None:
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) if name in new:
                node.id = new[name]
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name) if name in new:
                node.name = new[name]
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)) if (
                name in new
            ):
                node.name = new[name]
            case ast.MatchMapping(rest=str(name)) if name in new:
                node.rest = new[name]
            case ast.Global() | ast.Nonlocal():
                node.names = [new.get(name, name) for name in node.names]
            case ast.alias(asname=str(name)) if name in new:
                node.asname = new[name]
            case ast.alias(name=name, asname=None) if name in new:
                node.asname = new[name]


def _import_to_attribute(program: Program) -> bool:
    """``from x import y`` becomes ``import x`` and every ``y`` becomes ``x.y``."""
    fitting = [
        (path, tree, node, alias)
        for path, tree in program.trees.items()
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and not node.level and node.module not in (None, "__future__")
        for alias in node.names
        if alias.name != "*" and (alias.asname or alias.name) in module_imports(tree)
        and not _is_used_like_a_module(tree, alias.asname or alias.name)
        and not _is_module(f"{node.module}.{alias.name}") and _is_only_read(tree, alias.asname or alias.name)
        and str(node.module).partition(".")[0] not in {Path(own).parts[0].removesuffix(".py") for own in program.trees}
    ]  # fmt: skip
    if not fitting:
        return False
    _, tree, node, alias = program.chance.choice(fitting)
    module, name = program.fresh(), alias.asname or alias.name
    replacement = ast.Import(names=[ast.alias(name=str(node.module), asname=module)])
    put_in_focus(replacement)
    tree.body.insert(tree.body.index(node), replacement)
    node.names.remove(alias)
    if not node.names:
        tree.body.remove(node)
    _Substitute(name, ast.Attribute(value=ast.Name(id=module, ctx=ast.Load()), attr=alias.name, ctx=ast.Load())).visit(
        tree
    )
    return True


def _is_module(name: str) -> bool:
    """Whether a name is a file of the standard library, which importing its package need not load."""
    place = STANDARD_LIBRARY.joinpath(*name.split("."))
    return place.is_dir() or place.with_suffix(".py").is_file() or name in sys.builtin_module_names


def _is_used_like_a_module(tree: ast.Module, name: str) -> bool:
    """Whether attributes of a name are read: a submodule need not be an attribute of its package yet."""
    return any(
        isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == name
        for node in ast.walk(tree)
    )


def _is_only_read(tree: ast.Module, name: str) -> bool:
    return not any(
        isinstance(node, ast.Name) and node.id == name and not isinstance(node.ctx, ast.Load) for node in ast.walk(tree)
    )


class _Substitute(ast.NodeTransformer):
    def __init__(self, name: str, instead: ast.expr) -> None:
        self._name = name
        self._instead = instead

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if node.id != self._name:
            return node
        instead = ast.parse(ast.unparse(self._instead), mode="eval").body
        if in_focus(node):
            put_in_focus(instead)
        return instead


def _attribute_to_import(program: Program) -> bool:
    """``x.y`` becomes ``z`` after ``from x import y as z``."""
    fitting = [
        (site, site.node, module)
        for site in sites(program)
        if isinstance(site.node, ast.Attribute) and (module := _module_of(site, program.trees[site.around.path]))
    ]
    if not fitting:
        return False
    site, node, module = program.chance.choice(fitting)
    name, tree = program.fresh(), program.trees[site.around.path]
    imported = ast.ImportFrom(module=module, names=[ast.alias(name=node.attr, asname=name)], level=0)
    put_in_focus(imported)
    tree.body.insert(_after_imports(tree), imported)
    site.put(_focused(ast.Name(id=name, ctx=ast.Load())))
    return True


def _module_of(site: Site, tree: ast.Module) -> str | None:
    """The module whose attribute an expression is, where an import at the top level says so."""
    base = site.node.value if isinstance(site.node, ast.Attribute) else None
    if not isinstance(base, ast.Name) or site.node.attr.startswith("__"):  # type: ignore[attr-defined] # an attribute, see above
        return None
    match module_imports(tree).get(base.id):
        case ast.Import(names=[ast.alias(name=name, asname=other)]) if other or "." not in name:
            return name
        case _:
            return None


def _import_in_function(program: Program) -> bool:
    """Import right before the use, under another name."""
    fitting = [
        (site, site.node.id, imported)
        for site in sites(program)
        if isinstance(site.node, ast.Name) and site.around.in_function and site.comes_before
        and (imported := module_imports(program.trees[site.around.path]).get(site.node.id)) is not None
    ]  # fmt: skip
    fitting = [(site, name, imported) for site, name, imported in fitting if _binds_what_it_names(imported)]
    if not fitting:
        return False
    site, _, imported = program.chance.choice(fitting)
    if isinstance(imported, ast.Import | ast.ImportFrom):
        imported.names[0].asname = program.fresh()
        put_in_focus(imported)
        put_before(site, [imported])
        site.put(_focused(ast.Name(id=str(imported.names[0].asname), ctx=ast.Load())))
    return True


def _binds_what_it_names(imported: ast.stmt) -> bool:
    match imported:
        case ast.Import(names=[ast.alias(name=name, asname=None)]):
            return "." not in name
        case ast.ImportFrom(module="__future__") | ast.ImportFrom(names=[ast.alias(name="*")]):
            return False
        case _:
            return True


def _focused(name: ast.Name) -> ast.Name:
    put_in_focus(name)
    return name


def _after_imports(tree: ast.Module) -> int:
    places = [index for index, node in enumerate(tree.body) if isinstance(node, ast.Import | ast.ImportFrom)]
    return places[-1] + 1 if places else 0

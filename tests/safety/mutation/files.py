"""Rewrites that move code into another file of the project, found by absolute and by relative imports."""

import ast
from pathlib import PurePosixPath
from string import Template

from tests.safety.mutation.carriers import Rewrite, is_worth_carrying
from tests.safety.mutation.program import FUTURE, Program, put_in_focus
from tests.safety.mutation.sites import Site, names_in, needed_imports, reads_frame, sites
from tests.safety.mutation.templates import Filling

# What the new file holds, how it is imported, and what then stands for the expression. `$m` is the new module.
FUNCTIONS = (
    ("def $f():\n    return E", "from $m import $f", "$f()"),
    ("def $f():\n    return E", "from $m import $f as $g", "$g()"),
    ("def $f():\n    return {'$g': E}", "from $m import $f", "$f()['$g']"),
    ("def $f($g=None):\n    return $g or E", "from $m import $f", "$f()"),
    ("$f = lambda: E", "from $m import $f", "$f()"),
    ("class $f:\n    def $g($s):\n        return E", "from $m import $f", "$f().$g()"),
    ("class $f:\n    @staticmethod\n    def $g():\n        return E", "from $m import $f", "$f.$g()"),
)
VALUES = (
    ("$f = E", "from $m import $f", "$f"),
    ("$f = E", "from $m import $f as $g", "$g"),
    ("$f = {'$g': E}", "from $m import $f", "$f['$g']"),
    ("$f = $g = [None, E]", "from $m import $g", "$g[1]"),
    ("class $f:\n    $g = E", "from $m import $f", "$f.$g"),
    ("$f = E", "from $m import *", "$f"),
)
THROUGH_MODULE = (
    ("$f = E", "import $m", "$m.$f"),
    ("def $f():\n    return E", "import $m as $g", "$g.$f()"),
    ("class $f:\n    $g = E", "import $m", "$m.$f.$g"),
)
# They see or change the names of the module in which they are called.
MODULE_READERS = {"globals", "vars", "locals", "__name__", "__file__", "__spec__", "__loader__", "__builtins__"}


def rewrites() -> dict[str, Rewrite]:
    """All rewrites of this kind by name."""
    return {
        "module-function": _module_function,
        "helper-function": lambda program: _moved(program, FUNCTIONS),
        "helper-value": lambda program: _moved(program, VALUES),
        "helper-module": lambda program: _moved(program, THROUGH_MODULE),
        "helper-package": _packaged,
        "file-moved": _file_moved,
    }


def _fitting(program: Program, *, plain: bool) -> list[Site]:
    found = [
        site
        for site in sites(program)
        if is_worth_carrying(site) and (site.is_plain or not plain) and not site.names & site.around.bound
        and not reads_frame(site.node) and needed_imports(site, program.trees[site.around.path]) is not None
    ]  # fmt: skip
    return [site for site in found if not isinstance(site.node, ast.Constant)]


def _module_function(program: Program) -> bool:
    """Give the value by a function at the top level of the same file."""
    fitting = [site for site in _fitting(program, plain=False) if site.around.in_function]
    if not fitting:
        return False
    site = program.chance.choice(fitting)
    filling = Filling(program, site.around.path)
    content, _, instead = program.chance.choice([one for one in FUNCTIONS if " as " not in one[1]])
    tree = program.trees[site.around.path]
    imports = [index for index, node in enumerate(tree.body) if isinstance(node, ast.Import | ast.ImportFrom)]
    place = imports[-1] + 1 if imports else 0
    tree.body[place:place] = filling.statements(content, {"E": site.node})
    site.put(filling.expression(instead, {}))
    return True


def _moved(program: Program, templates: tuple[tuple[str, str, str], ...]) -> bool:
    """Move an expression into a new file beside the one it stands in."""
    content, imported, instead = program.chance.choice(templates)
    fitting = _fitting(program, plain="    return" not in content and "lambda" not in content)
    if not fitting:
        return False
    site = program.chance.choice(fitting)
    path = site.around.path
    folder = PurePosixPath(path).parent
    if str(folder) != "." and imported.startswith("import"):
        return False  # only a relative import is sure to find a neighbour in a folder
    filling = Filling(program, path)
    if str(folder) != ".":
        imported = imported.replace("from $m", "from .$m")
    _write(program, str(folder / f"{filling.name('m')}.py"), filling, content, site)
    _import(program, path, filling, imported)
    site.put(filling.expression(instead, {}))
    return True


def _packaged(program: Program) -> bool:
    """Move an expression into a new package whose ``__init__`` takes it from a module inside."""
    content, _, instead = program.chance.choice(FUNCTIONS[:1] + VALUES[:1])
    fitting = [site for site in _fitting(program, plain=content.startswith("$f =")) if "/" not in site.around.path]
    if not fitting:
        return False
    site = program.chance.choice(fitting)
    filling = Filling(program, site.around.path)
    package = filling.name("p")
    _write(program, f"{package}/{filling.name('m')}.py", filling, content, site)
    form = program.chance.choice(("from .$m import $f", "from . import $m\n$f = $m.$f", "from .$m import *"))
    program.trees[f"{package}/__init__.py"] = ast.Module(body=filling.statements(form, {}), type_ignores=[])
    _import(program, site.around.path, filling, "from $p import $f")
    site.put(filling.expression(instead, {}))
    return True


def _write(program: Program, path: str, filling: Filling, content: str, site: Site) -> None:
    imports = needed_imports(site, program.trees[site.around.path]) or []
    for imported in imports:
        put_in_focus(imported)
    body = filling.statements(content, {"E": site.node})
    program.trees[path] = ast.Module(body=[*imports, *body], type_ignores=[])


def _import(program: Program, path: str, filling: Filling, form: str) -> None:
    tree = program.trees[path]
    first = next((i for i, node in enumerate(tree.body) if isinstance(node, ast.Import | ast.ImportFrom)), 0)
    while first < len(tree.body) and getattr(tree.body[first], "module", None) == "__future__":
        first += 1
    tree.body[first:first] = filling.statements(form, {})


def _file_moved(program: Program) -> bool:
    """Move everything in a file at the root into another, and import its names from there."""
    fitting = [
        path
        for path, tree in program.trees.items()
        if "/" not in path and _exports(tree) and not _is_imported(path.removesuffix(".py"), program)
    ]
    if not fitting:
        return False
    path = program.chance.choice(fitting)
    name, tree = program.fresh(), program.trees[path]
    program.trees[f"{name}.py"] = tree
    form = Template("from $name import $names").substitute(name=name, names=", ".join(_exports(tree)))
    program.trees[path] = ast.parse(form)
    return True


def _is_imported(module: str, program: Program) -> bool:
    nodes = [node for tree in program.trees.values() for node in ast.walk(tree)]
    sources = {node.module for node in nodes if isinstance(node, ast.ImportFrom)}
    return module in sources | {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}


def _exports(tree: ast.Module) -> list[str]:
    """What a module binds at its top level by imports, definitions and assignments, if functions do not rebind it."""
    if any(isinstance(node, ast.Global) for node in ast.walk(tree)) or names_in(tree) & MODULE_READERS:
        return []
    bound = [name for node in tree.body for name in _bound_by(node)]
    return [name for name in dict.fromkeys(bound) if not name.startswith("__")]


def _bound_by(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.Import | ast.ImportFrom) and getattr(node, "module", "") != FUTURE:
        return [alias.asname or alias.name.partition(".")[0] for alias in node.names if alias.name != "*"]
    targets = node.targets if isinstance(node, ast.Assign) else []
    return [target.id for target in targets if isinstance(target, ast.Name)]

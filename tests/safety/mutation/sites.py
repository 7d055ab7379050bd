"""Where in a program an expression can be replaced, and what must be known about the place to do it soundly."""

import ast
import builtins
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from tests.safety.mutation.program import Program, in_focus

# They look at the frame that calls them: called from another function they would give something else.
FRAME_READERS = {"locals", "vars", "dir", "eval", "exec", "globals", "super", "_getframe", "__import__"}
UNMOVABLE = (ast.NamedExpr, ast.Yield, ast.YieldFrom, ast.Await)
PIECES = (ast.Starred, ast.Slice, ast.FormattedValue)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
ANNOTATIONS = ("annotation", "returns")


@dataclass(frozen=True, kw_only=True)
class Around:
    """What surrounds an expression, from its statement inwards."""

    path: str
    block: list[ast.stmt]
    statement: ast.stmt | None = None
    in_function: bool = False
    in_class_body: bool = False
    bound: frozenset[str] = frozenset()
    """Names that lambdas and comprehensions bind between the statement and the expression."""
    is_once: bool = True
    """Whether the expression is evaluated exactly once for each time that its statement is."""
    is_fixed: bool = False
    """Whether the value is needed at another moment than the statement's start."""
    takes_walrus: bool = True
    is_text_part: bool = False


@dataclass(frozen=True, kw_only=True)
class Site:
    """One expression that is read, and how to put another in its place."""

    node: ast.expr
    put: Callable[[ast.expr], None]
    around: Around

    @property
    def names(self) -> set[str]:
        """Every name in the expression."""
        return names_in(self.node)

    @property
    def is_plain(self) -> bool:
        """Whether it is a dotted name: evaluating it sooner or twice makes no difference."""
        return is_dotted(self.node)

    @property
    def enters_scopes(self) -> bool:
        """Whether the expression means the same inside a new function or class."""
        return not (self.around.in_class_body or reads_frame(self.node))

    @property
    def comes_before(self) -> bool:
        """Whether the expression means the same when it is evaluated just before its statement."""
        around = self.around
        if around.is_fixed or around.in_class_body or around.statement is None or self.names & around.bound:
            return False
        bound_inside = {
            node.target.id
            for node in ast.walk(around.statement)
            if isinstance(node, ast.NamedExpr) and isinstance(node.target, ast.Name)
        }
        return not self.names & bound_inside and (self.is_plain or (around.is_once and _is_simple(around.statement)))


def sites(program: Program) -> list[Site]:
    """The expressions in focus that can be replaced."""
    found: list[Site] = []
    for path, tree in program.trees.items():
        found += [site for site in _walk(tree, Around(path=path, block=tree.body)) if in_focus(site.node)]
    return found


def statement_places(program: Program) -> Iterator[tuple[ast.stmt, Around]]:
    """Every statement with what surrounds it."""
    for path, tree in program.trees.items():
        ahead: list[tuple[ast.AST, Around]] = [(tree, Around(path=path, block=tree.body))]
        while ahead:
            node, around = ahead.pop()
            for _, value in ast.iter_fields(node):
                for child in value if isinstance(value, list) else [value]:
                    if isinstance(child, ast.stmt):
                        inner = _of_statement(node, child, around, value)
                        yield child, inner
                        ahead.append((child, inner))
                    elif isinstance(child, ast.ExceptHandler | ast.match_case):
                        ahead.append((child, around))


def names_in(node: ast.AST) -> set[str]:
    """The identifiers that a piece of code mentions as names."""
    return {found.id for found in ast.walk(node) if isinstance(found, ast.Name)}


def is_dotted(node: ast.expr) -> bool:
    """Whether an expression is a name or attributes of a name."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name)


def reads_frame(node: ast.AST) -> bool:
    """Whether a piece of code calls something that looks at the frame it is called from."""
    called = {_last_name(found.func) for found in ast.walk(node) if isinstance(found, ast.Call)}
    return bool(called & FRAME_READERS)


def module_imports(tree: ast.Module) -> dict[str, ast.stmt]:
    """Names that exactly one import at the top level binds, and nothing else in the file, with that import alone."""
    found: dict[str, ast.stmt] = {}
    for statement in tree.body:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            for alias in statement.names:
                found[alias.asname or alias.name.partition(".")[0]] = _only(statement, alias)
    counts = list(bindings(tree))
    return {name: statement for name, statement in found.items() if counts.count(name) == 1}


def bindings(tree: ast.AST) -> Iterator[str]:
    """Every name that something in a tree binds, as often as it does."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                yield name
            case ast.arg(arg=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name
            case ast.ClassDef(name=name):
                yield name
            case ast.alias(name=name, asname=other):
                yield other or name.partition(".")[0]
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                yield name
            case ast.MatchMapping(rest=str(name)):
                yield name
            case ast.Global(names=names) | ast.Nonlocal(names=names):
                yield from names


def needed_imports(site: Site, tree: ast.Module) -> list[ast.stmt] | None:
    """The imports that give an expression its names, if builtins and imports at the top level are all it needs."""
    imports, bound = module_imports(tree), set(bindings(tree))
    own = {name for name in site.names if name not in imports}
    if any(name in bound or not hasattr(builtins, name) for name in own):
        return None
    return [imports[name] for name in sorted(site.names & set(imports))]


def _only(statement: ast.Import | ast.ImportFrom, alias: ast.alias) -> ast.stmt:
    names = [ast.alias(name=alias.name, asname=alias.asname)]
    if isinstance(statement, ast.Import):
        return ast.Import(names=names)
    return ast.ImportFrom(module=statement.module, names=names, level=statement.level)


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _is_simple(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr | ast.Assign | ast.Return)


def _walk(node: ast.AST, around: Around) -> Iterator[Site]:
    for field, value in ast.iter_fields(node):
        if isinstance(value, list):
            for index, child in enumerate(value):
                yield from _child(node, field, child, around, _setter(value, index), value)
        elif isinstance(value, ast.AST):
            yield from _child(node, field, value, around, _field_setter(node, field), None)


def _child(
    parent: ast.AST,
    field: str,
    child: object,
    around: Around,
    put: Callable[[ast.expr], None],
    among: list[ast.stmt] | None,
) -> Iterator[Site]:
    if not isinstance(child, ast.AST) or isinstance(child, ast.pattern):
        return  # a pattern takes dotted names and constants only
    inner = _around(parent, field, child, around, among)
    if isinstance(child, ast.expr) and _is_site(parent, child, inner):
        yield Site(node=child, put=put, around=inner)
    yield from _walk(child, inner)


def _around(parent: ast.AST, field: str, child: ast.AST, around: Around, among: list[ast.stmt] | None) -> Around:
    if isinstance(child, ast.stmt) and among is not None:
        return _of_statement(parent, child, around, among)
    if field in ANNOTATIONS or isinstance(parent, ast.ExceptHandler | ast.While | ast.match_case):
        around = replace(around, is_fixed=True)
    match parent:
        case ast.Lambda() if field == "body":
            names = frozenset(found.arg for found in ast.walk(parent.args) if isinstance(found, ast.arg))
            return replace(around, is_once=False, bound=around.bound | names, in_class_body=False)
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            return replace(around, is_once=False, bound=around.bound | _targets(parent), takes_walrus=False)
        case ast.IfExp() if field != "test":
            return replace(around, is_once=False)
        case ast.BoolOp() | ast.Assert() | ast.Compare():
            return replace(around, is_once=False)
        case ast.JoinedStr():
            return replace(around, is_text_part=True)
        case _:
            return around


def _of_statement(parent: ast.AST, child: ast.stmt, around: Around, among: list[ast.stmt]) -> Around:
    is_function = isinstance(parent, ast.FunctionDef | ast.AsyncFunctionDef)
    return Around(
        path=around.path,
        block=among,
        statement=child,
        in_function=around.in_function or is_function,
        in_class_body=isinstance(parent, ast.ClassDef) or (around.in_class_body and not is_function),
    )


def _targets(node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp) -> frozenset[str]:
    return frozenset(name for generator in node.generators for name in names_in(generator.target))


def _is_site(parent: ast.AST, node: ast.expr, around: Around) -> bool:
    if isinstance(node, PIECES) or not isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
        return False
    if isinstance(parent, ast.Expr) and isinstance(node, ast.Constant):
        return False  # a docstring, or nothing
    if around.is_text_part or isinstance(parent, ast.JoinedStr | ast.FormattedValue):
        return False
    names = {name for below in ast.walk(node) for name in (getattr(below, "id", ""), getattr(below, "attr", ""))}
    is_mangled = any(name.startswith("__") and not name.endswith("__") for name in names)
    is_bound_to_place = names & {"super", "__class__"} and "super" in names
    return not (is_mangled or is_bound_to_place or any(isinstance(below, UNMOVABLE) for below in ast.walk(node)))


def _setter(items: list[ast.stmt], index: int) -> Callable[[ast.expr], None]:
    def put(node: ast.expr) -> None:
        items[index] = node  # type: ignore[call-overload] # a list of whatever the parent holds there

    return put


def _field_setter(parent: ast.AST, field: str) -> Callable[[ast.expr], None]:
    def put(node: ast.expr) -> None:
        setattr(parent, field, node)

    return put

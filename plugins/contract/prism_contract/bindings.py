"""Every place where a name at a module's top level comes to mean something, in the order of the source.

Python's own scoping rules, without executing anything and without recursion: a submitted tree may be thousands of
levels deep. Functions, classes, lambdas and comprehensions have scopes of their own; ``global`` and ``:=`` reach out.
"""

import ast
import enum
from collections.abc import Iterator
from typing import Final

import msgspec

from prism.own_imports import STAR


class Form(enum.Enum):
    """How a name is bound; the value completes the sentence "the name is ..."."""

    FUNCTION = "defined as a function"
    ASYNC_FUNCTION = "defined as an asynchronous function"
    CLASS = "defined as a class"
    ASSIGNMENT = "assigned"
    IMPORT = "imported"
    LOOP = "a loop variable"
    WITH = "bound by `with`"
    EXCEPT = "bound by `except`"
    MATCH = "captured by a pattern"
    TYPE = "a type alias"
    DELETION = "deleted"


class Binding(msgspec.Struct, frozen=True, kw_only=True):
    """One place where a name is bound, or deleted."""

    name: str
    form: Form
    node: ast.AST
    is_conditional: bool
    """Inside ``if``, ``for``, ``while``, ``with``, ``try`` or ``match``."""
    holder: str = ""
    """The function or class in whose body it stands; empty at the module's top level."""


class ModuleNames(msgspec.Struct, kw_only=True):
    """What happens to the names of one module."""

    bound: dict[str, list[Binding]] = msgspec.field(default_factory=dict)
    """By name: bindings at the module's top level, also those made through ``global`` elsewhere."""
    nested: dict[str, list[Binding]] = msgspec.field(default_factory=dict)
    """By name: functions defined in the bodies of classes and functions."""
    used: set[str] = msgspec.field(default_factory=set)
    """Names that are read anywhere in the module."""


class _Scope(msgspec.Struct, kw_only=True):
    holder: str = ""
    is_module: bool = False
    reaching_out: set[str] = msgspec.field(default_factory=set)
    """Names that ``global`` gives to the module."""

    def binds_module(self, name: str) -> bool:
        return self.is_module or name in self.reaching_out


class _Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where the walk stands: in which scope, under a condition or not, in what sort of statement."""

    scope: _Scope
    is_conditional: bool = False
    form: Form = Form.ASSIGNMENT


_Step = tuple[ast.AST, _Place]
_TYPE_ALIAS: Final[type[ast.AST] | None] = getattr(ast, "TypeAlias", None)  # Python 3.12 and newer
_BLOCKS: Final = (
    *(ast.If, ast.While, ast.For, ast.AsyncFor, ast.With, ast.AsyncWith, ast.Try, ast.TryStar),
    ast.Match,
)
_LOCAL_FORMS: Final = {
    ast.FunctionDef: Form.FUNCTION,
    ast.AsyncFunctionDef: Form.ASYNC_FUNCTION,
    ast.ClassDef: Form.CLASS,
}


def module_names(tree: ast.Module) -> ModuleNames:
    """The bindings of a module's top-level names, in source order."""
    names = ModuleNames()
    module = _Place(scope=_Scope(is_module=True))
    ahead: list[_Step] = [(statement, module) for statement in reversed(tree.body)]
    while ahead:
        node, place = ahead.pop()
        _record(names, node, place)
        ahead.extend(reversed(tuple(_inner(node, place))))
    return names


def _record(names: ModuleNames, node: ast.AST, place: _Place) -> None:
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        names.used.add(node.id)
    elif isinstance(node, ast.Global):
        place.scope.reaching_out.update(node.names)
    for name, form in _bound_by(node, place.form):
        holder = place.scope.holder
        binding = Binding(name=name, form=form, node=node, is_conditional=place.is_conditional, holder=holder)
        if place.scope.binds_module(name):
            names.bound.setdefault(name, []).append(binding)
        elif form in {Form.FUNCTION, Form.ASYNC_FUNCTION}:
            names.nested.setdefault(name, []).append(binding)


def _bound_by(node: ast.AST, form: Form) -> Iterator[tuple[str, Form]]:
    """The names that this very node binds in its scope."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            yield node.name, _LOCAL_FORMS[type(node)]
        case ast.Import():
            yield from ((alias.asname or alias.name.partition(".")[0], Form.IMPORT) for alias in node.names)
        case ast.ImportFrom():
            yield from ((alias.asname or alias.name, Form.IMPORT) for alias in node.names if alias.name != STAR)
        case ast.Name(id=name, ctx=ast.Store()):
            yield name, form
        case ast.Name(id=name, ctx=ast.Del()):
            yield name, Form.DELETION
        case ast.ExceptHandler(name=str(name)):
            yield name, Form.EXCEPT
        case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
            yield name, Form.MATCH


def _inner(node: ast.AST, place: _Place) -> Iterator[_Step]:
    """The nodes below, each with its place."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
            yield from _inner_of_function(node, place)
        case ast.ClassDef():
            inside = _Place(scope=_Scope(holder=node.name))
            outside = (*node.decorator_list, *node.bases, *node.keywords)
            yield from ((part, place) for part in outside)
            yield from ((part, inside) for part in node.body)
        case ast.comprehension():
            # The targets are the comprehension's own; the rest is walked for the `:=` in it.
            yield from ((part, place) for part in (node.iter, *node.ifs))
        case ast.AnnAssign(value=None):
            yield node.annotation, place
        case _:
            below = _below(node, place)
            yield from ((part, below) for part in ast.iter_child_nodes(node))


def _inner_of_function(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, place: _Place) -> Iterator[_Step]:
    inside = _Place(scope=_Scope(holder=getattr(node, "name", "lambda")))
    arguments = node.args
    yield from ((part, place) for part in (*arguments.defaults, *arguments.kw_defaults) if part is not None)
    if isinstance(node, ast.Lambda):
        yield node.body, inside
        return
    named = (*arguments.posonlyargs, *arguments.args, arguments.vararg, *arguments.kwonlyargs, arguments.kwarg)
    annotations = [argument.annotation for argument in named if argument is not None]
    yield from ((part, place) for part in (*node.decorator_list, *annotations, node.returns) if part is not None)
    yield from ((part, inside) for part in node.body)


def _below(node: ast.AST, place: _Place) -> _Place:
    """The place of an ordinary node's parts."""
    if isinstance(node, ast.For | ast.AsyncFor):
        return msgspec.structs.replace(place, is_conditional=True, form=Form.LOOP)
    if isinstance(node, _BLOCKS):
        return msgspec.structs.replace(place, is_conditional=True, form=Form.ASSIGNMENT)
    if isinstance(node, ast.withitem):
        return msgspec.structs.replace(place, form=Form.WITH)
    if _TYPE_ALIAS is not None and isinstance(node, _TYPE_ALIAS):
        return msgspec.structs.replace(place, form=Form.TYPE)
    if isinstance(node, ast.stmt | ast.NamedExpr) and place.form is not Form.ASSIGNMENT:
        return msgspec.structs.replace(place, form=Form.ASSIGNMENT)
    return place

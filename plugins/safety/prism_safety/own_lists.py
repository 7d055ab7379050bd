"""Which attributes of a project's objects hold lists that are filled in plain sight, so that all they hold is known.

``self.names.append(f"block{i}")`` and later ``getattr(self, name) for name in self.names`` is how many models keep
their parts. What such a list holds is known only if nothing else can reach it: every mention of the attribute in the
whole project is looked at, and one that hands the list on, or may put something else in its place, makes it unknown.
"""

import ast
from collections.abc import Callable, Iterator
from functools import cached_property

from prism_safety.modules import OwnModules
from prism_safety.own_names import OwnNames
from prism_safety.scopes import Binding, How, Scope, lookup
from prism_safety.values import Value

FILLING_METHODS = frozenset({"append", "insert"})
READING_METHODS = frozenset({"index", "count"})
READING_CALLS = frozenset(
    {"len", "enumerate", "zip", "reversed", "sorted", "list", "tuple", "set", "any", "all", "print"}
)
FRESH_CALLS = frozenset({"list", "tuple", "set", "sorted"})
DISPLAYS = (ast.List, ast.Tuple, ast.Set, ast.ListComp, ast.SetComp)
MAX_ALIASES = 3


class OwnLists:
    """The attributes of a whole project that hold such lists."""

    def __init__(self, modules: OwnModules, value: Callable[[ast.AST], Value]) -> None:
        """``value`` gives what an expression that names nothing may denote."""
        self._modules = modules
        self._value = value
        self._known: dict[str, bool] = {}

    @cached_property
    def _names(self) -> OwnNames:
        return OwnNames(self._modules, self._value)

    def is_known(self, name: str, owner: ast.ClassDef) -> bool:
        """Whether an attribute of an object of this class holds a list of which every element is known."""
        if name not in self._known:
            self._known[name] = self._is_filled_in_sight(name)
        return self._known[name] and self._is_set_by(owner, name)

    @cached_property
    def keeps_fields(self) -> bool:
        """Whether the fields of dataclasses surely have the names that they are written with."""
        return self._names.keeps_fields()

    def is_computed(self, name: str) -> bool:
        """Whether an attribute may be got or set by this name other than by writing it."""
        return self._names.is_computed(name)

    def _is_filled_in_sight(self, name: str) -> bool:
        variable = self._modules.fields.get(name)
        if variable is None or not all(self._is_fresh(binding, name) for binding in variable.bindings):
            return False
        mentions = self._names.mentions(name)
        return (
            not self._names.is_computed(name)
            and all(self._is_reading(node, MAX_ALIASES) for node in mentions)
            and all(self._names.is_own_method(method) for method in map(self._names.method_of, mentions) if method)
        )

    def _is_set_by(self, owner: ast.ClassDef, name: str) -> bool:
        """Whether the class itself, always, puts the list there: in its body or straight in its constructor."""
        for part in owner.body:
            if isinstance(part, ast.Assign) and any(getattr(target, "id", "") == name for target in part.targets):
                return True
            if isinstance(part, ast.FunctionDef) and part.name == "__init__":
                return any(_sets(statement, part, name) for statement in part.body) and self._keeps_self(part)
        return False

    def _keeps_self(self, start: ast.FunctionDef) -> bool:
        bindings = self._modules.inner[start].names[start.args.args[0].arg].bindings
        return all(binding.how is How.SELF for binding in bindings)

    # What is put there

    def _is_fresh(self, binding: Binding, name: str) -> bool:
        is_whole = binding.how is How.VALUE and not binding.steps
        return binding.how is How.ELEMENT or (is_whole and self._makes(binding.node, name))

    def _makes(self, node: ast.AST, name: str) -> bool:
        """Whether an expression makes a container that nothing else holds, or is the attribute itself."""
        match node:
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return self._makes(left, name) and self._makes(right, name)
            case ast.Subscript(value=held, slice=ast.Slice()):
                return isinstance(held, ast.Attribute) and held.attr == name
            case ast.Call(func=ast.Name(id=function) as called):
                return function in FRESH_CALLS and self._is_builtin(called)
        return isinstance(node, DISPLAYS)

    # What is done with it

    def _is_reading(self, node: ast.Attribute | ast.Name, aliases: int) -> bool:
        """Whether a mention of the list leaves it where it is, and adds nothing unseen."""
        parent = self._names.parents[node]
        is_itself = isinstance(node, ast.Attribute)
        if isinstance(node.ctx, ast.Store):
            return is_itself or not isinstance(parent, ast.AugAssign)
        match parent:
            case ast.For(iter=taken) | ast.comprehension(iter=taken) | ast.Subscript(value=taken, ctx=ast.Load()):
                return taken is node
            case ast.Starred() | ast.UnaryOp(op=ast.Not()) | ast.FormattedValue():
                return True
            case ast.If(test=taken) | ast.While(test=taken) | ast.Assert(test=taken) | ast.IfExp(test=taken):
                return taken is node
            case ast.Compare(ops=[ast.In() | ast.NotIn()], comparators=[taken]):
                return taken is node
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return isinstance(right if left is node else left, DISPLAYS)
            case ast.Attribute(attr=method):
                methods = READING_METHODS | FILLING_METHODS if is_itself else READING_METHODS
                called = self._names.parents[parent]
                return method in methods and isinstance(called, ast.Call) and called.func is parent
            case ast.Call(func=ast.Name(id=function) as called):
                return called is not node and function in READING_CALLS and self._is_builtin(called)
            case ast.Assign(targets=[ast.Name() as target]):
                return aliases > 0 and all(self._is_reading(use, aliases - 1) for use in self._uses(target))
        return False

    def _uses(self, target: ast.Name) -> Iterator[ast.Name]:
        """Every mention of a variable, and of whatever else has its name in the file."""
        root = self._names.scopes[target].root
        return (node for node in self._names.written(target.id) if self._names.scopes[node].root is root)

    def _is_builtin(self, node: ast.Name) -> bool:
        scope: Scope = self._names.scopes[node]
        variables, is_open = lookup(scope, node.id, (node.lineno, node.col_offset))
        return is_open and not variables and not scope.root.stars


def _sets(statement: ast.stmt, start: ast.FunctionDef, name: str) -> bool:
    """Whether a statement of a constructor is ``self.name = ...``."""
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    own = start.args.args[0].arg if start.args.args else ""
    return any(
        isinstance(target, ast.Attribute) and target.attr == name and getattr(target.value, "id", "") == own
        for target in targets
    )

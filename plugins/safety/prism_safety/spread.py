"""Follows what matters from name to name, coarsely: a name matters wherever something that does may be bound to it.

Order, conditions and objects are left aside, so that following a value costs one step for each place where a name of
its is read. Names that nothing of weight is ever bound to, in honest code nearly all, are never visited.
"""

import ast
from collections.abc import Callable, Iterable, Iterator

from prism_safety.bearers import Bearer, Bearers
from prism_safety.binding import ADDING_METHODS, holders_of
from prism_safety.expressions import OPERATORS
from prism_safety.origins import Origins
from prism_safety.outlook import Outlook, Prospect
from prism_safety.scopes import FunctionNode, How, Kind, Scope, Table, lookup
from prism_safety.values import Fragment
from prism_safety.weights import Weight

Climb = Callable[[ast.AST, ast.AST], ast.AST | None]
"""From an expression and the node around it to the expression that has the value then, if there is one."""


HOLDING = (
    *(ast.Starred, ast.Await, ast.Tuple, ast.List, ast.Set, ast.Dict, ast.BoolOp, ast.BinOp, ast.UnaryOp, ast.IfExp),
    *(ast.FormattedValue, ast.JoinedStr),
)
"""Expressions that hold what is in them."""
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)
UNSEEN: dict[str, dict[type[ast.AST], str]] = {
    **{name: {ast.BinOp: ""} for name in OPERATORS},
    **{name: {ast.Subscript: ""} for name in ("__getitem__", "__missing__")},
    **{name: {ast.withitem: "context_expr"} for name in ("__enter__", "__aenter__")},
    "__iter__": {
        ast.For: "iter",
        ast.AsyncFor: "iter",
        ast.Starred: "value",
        **dict.fromkeys(COMPREHENSIONS, "generators"),
    },
}
"""Methods whose results turn up where no name says so: in which nodes, or which parts of them."""
UNTRACEABLE = frozenset({"__call__", "__get__", "__getattr__", "__new__"})
"""Methods whose results may turn up anywhere."""
HOLDING_METHODS = frozenset(
    {"get", "pop", "setdefault", "__getitem__", "__call__", "values", "items", "copy", "popitem", "popleft"}
    | {"__iter__", "__next__"}
)
"""Methods of containers that give what is in them, or an argument back."""


class Spread:
    """The names of a project that matter, and the nodes where what they hold is used."""

    def __init__(self, origins: Origins, kept: set[ast.AST], *, keeps_ends: bool) -> None:
        """``keeps_ends`` keeps also the nodes where a value is used up."""
        self.origins = origins
        self.modules = modules = origins.modules
        self.outlooks = origins.outlooks
        self.kept = kept
        self.keeps_ends = keeps_ends
        self.parents = modules.trees.parents
        self.scope_of = modules.trees.scope_of
        self.chained: set[ast.AST] = set()
        """Attributes that the catalogue has judged as part of a chain."""
        self.bearers = Bearers(modules)
        self._weights: dict[Bearer, Weight] = {}
        self._ahead: list[Bearer] = []
        self._seen: dict[ast.AST, Weight] = {}
        self._by_name: dict[str, list[ast.expr]] = {}
        self._handed_over: dict[tuple[str, bool, bool, int | None], Weight] = {}
        """How much what was handed to functions of a name matters, by the argument's position."""
        self._weight = Weight.PASSING
        """How much what is being followed matters."""
        self._is_lost = False
        self._climbs = self._climbing()

    # Asked by the screen

    def matters(self, node: ast.Name | ast.Attribute) -> bool:
        """Whether something that matters may be bound to a name or attribute."""
        bearers = self.bearers.of(node) if isinstance(node, ast.Name) else (node.attr,)
        return any(bearer in self._weights for bearer in bearers)

    def is_plain(self, function: FunctionNode) -> bool:
        """Whether nothing that matters comes out of a function."""
        if isinstance(function, ast.Lambda):
            return self._seen.get(function, 0) < Weight.GIVES_PASSING
        bearers = self.bearers.of_definition(function)
        return all(self._weights.get(bearer, 0) < Weight.GIVES_PASSING for bearer in bearers)

    def is_named(self, function: str) -> bool:
        """Whether a function's name is read as a plain name anywhere."""
        loads = (node for table in self.modules.tables.values() for node in table.loads.get(function, ()))
        return any(isinstance(node, ast.Name) for node in loads)

    def is_builtin(self, node: ast.Name, table: Table) -> bool:
        """Whether a name may be the builtin of that name."""
        if node.id not in table.bound:
            return True
        return lookup(self.scope_of[node], node.id, (node.lineno, node.col_offset))[1]

    def name(self, bearer: Bearer, weight: Weight) -> None:
        """Something that matters this much may be bound to a name."""
        if weight > self._weights.get(bearer, 0):
            self._weights[bearer] = weight
            self._ahead.append(bearer)

    def name_everywhere(self, name: str, weight: Weight) -> None:
        """Something that matters this much may be bound to whatever is called so."""
        for bearer in self.bearers.everywhere(name):
            self.name(bearer, weight)

    def read_by_name(self, name: str, node: ast.expr) -> None:
        """An expression gives what is stored under a name."""
        self._by_name.setdefault(name, []).append(node)
        if name in self._weights:
            self.flow(node, self._weights[name])

    def read_like(self, fragment: Fragment, node: ast.expr) -> None:
        """An expression gives what is stored under one of the names that a partly known one may be."""
        for name in self.modules.fields:
            if fragment.could_be(name):
                self.read_by_name(name, node)

    def settle(self) -> bool:
        """Follow everything to its end; whether that was possible."""
        while self._ahead and not self._is_lost:
            bearer = self._ahead.pop()
            weight = self._weights[bearer]
            for node in self.bearers.loads(bearer):
                if node not in self.chained and not self._is_judged(node):
                    self.flow(node, weight)
            self._keep_augmented(bearer)
            if isinstance(bearer, str):
                for reader in self._by_name.get(bearer, ()):
                    self.flow(reader, weight)
                for other in (bearer, *self.origins.aliases.get(bearer, ())):
                    for imported in self.bearers.of_imports(other):
                        self.name(imported, weight)
        return not self._is_lost

    def _is_judged(self, node: ast.Name | ast.Attribute) -> bool:
        """Whether it is a name that is only ever imported, so that the screen has judged its chains."""
        return isinstance(node, ast.Name) and node.id in self.origins.imported[self._path(node)]

    def _keep_augmented(self, bearer: Bearer) -> None:
        """Keep the statements that add to a name."""
        if isinstance(bearer, str):
            bindings = [one for table in self.modules.tables.values() for one in table.bound.get(bearer, ())]
        else:
            bindings = bearer[0].names[bearer[1]].bindings
        self.kept.update(one.statement for one in bindings if one.how is How.AUGMENTED and one.statement is not None)

    def flow(self, node: ast.AST, weight: Weight) -> None:
        """An expression has a value that matters: follow it to where it is used or bound."""
        while weight > self._seen.get(node, 0):
            self._seen[node] = weight
            parent = self.parents[node]
            climb = self._climbs.get(type(parent))
            self._weight = weight
            above = climb(node, parent) if climb is not None else None
            if self.keeps_ends:
                self.kept.add(parent)
            if above is None:
                return
            node = above

    # Where values go

    def _climbing(self) -> dict[type[ast.AST], Climb]:
        return {
            **dict.fromkeys(HOLDING, lambda _, parent: parent),
            **dict.fromkeys(COMPREHENSIONS, self._comprehension),
            ast.Lambda: self._lambda,
            ast.Attribute: self._attribute,
            ast.Subscript: self._subscript,
            ast.Call: self._call,
            ast.keyword: self._keyword,
            ast.Assign: self._assign,
            ast.AnnAssign: self._annotated,
            ast.AugAssign: self._augmented,
            ast.NamedExpr: self._walrus,
            ast.For: self._loop,
            ast.AsyncFor: self._loop,
            ast.withitem: self._entered,
            ast.Return: self._result,
            ast.Yield: self._result,
            ast.YieldFrom: self._result,
            ast.arguments: self._default,
            ast.FunctionDef: self._decorator,
            ast.AsyncFunctionDef: self._decorator,
            ast.ClassDef: self._decorator,
            ast.Raise: self._raised,
            ast.Assert: self._raised,
            ast.Match: self._matched,
        }

    def _attribute(self, _: ast.AST, parent: ast.AST) -> None:
        assert isinstance(parent, ast.Attribute)  # noqa: S101 - by the table
        if self._weight >= Weight.OPEN:
            self.kept.add(parent)
        if not isinstance(parent.ctx, ast.Load):
            return
        if parent.attr in HOLDING_METHODS:
            is_called = self._is_callee(parent)
            self.flow(parent, max(self._weight.below, self._weight if is_called else self._weight.giver))
        elif self._weight is not Weight.CALLED:
            self.flow(parent, self._weight.below)

    def _is_callee(self, node: ast.expr) -> bool:
        parent = self.parents[node]
        return isinstance(parent, ast.Call) and parent.func is node

    def _subscript(self, node: ast.AST, parent: ast.AST) -> ast.AST | None:
        assert isinstance(parent, ast.Subscript)  # noqa: S101 - by the table
        return parent if node is parent.value and isinstance(parent.ctx, ast.Load) else None

    def _call(self, node: ast.AST, parent: ast.AST) -> ast.AST | None:
        assert isinstance(parent, ast.Call)  # noqa: S101 - by the table
        if node is not parent.func:
            return self._argument(node, parent)
        if self._weight >= Weight.CALLED:
            self.kept.add(parent)
        if isinstance(node, ast.Attribute) and node.attr in HOLDING_METHODS:
            return parent
        if self._weight >= Weight.GIVES_PASSING:
            self.flow(parent, self._weight.given)
        given = [part.value if isinstance(part, ast.Starred | ast.keyword) else part for part in _handed(parent)]
        weight = max((self._seen[part] for part in given if part in self._seen), default=None)
        if weight is not None:
            self.flow(parent, weight)
        return None

    def _keyword(self, node: ast.AST, parent: ast.AST) -> ast.AST | None:
        assert isinstance(parent, ast.keyword)  # noqa: S101 - by the table
        call = self.parents[parent]
        if parent.arg is not None:
            self._bind((parent.arg, *self.bearers.of_parameters(parent.arg)))
        return self._argument(node, call) if isinstance(call, ast.Call) else None

    def _argument(self, node: ast.AST, call: ast.Call) -> ast.AST | None:
        """What is handed to a call: to the parameters of whatever may be called, and to the result."""
        given = [part.value if isinstance(part, ast.Starred) else part for part in call.args]
        for other in [*given, *(keyword.value for keyword in call.keywords)]:
            if other is not node and isinstance(other, ast.Name | ast.Lambda):
                self._enter(other, None)
        if isinstance(self.parents[call], ast.Raise):
            self.name("args", self._weight)
        self._added(call)
        if self._is_harmless(call.func):
            return None
        if self._weight >= Weight.OPEN:
            self.kept.add(call)
        has_star = any(isinstance(part, ast.Starred) for part in call.args) or any(
            keyword.arg is None for keyword in call.keywords
        )
        self._enter(call.func, None if has_star else next((i for i, part in enumerate(given) if part is node), -1))
        if self.keeps_ends or self._gives_on(call.func):
            self.flow(call, self._weight.below)
        return None

    def _gives_on(self, callee: ast.expr) -> bool:
        """Whether a call may give what it is given, other than by the results of the project's own functions."""
        if callee in self._seen or (isinstance(callee, ast.Attribute) and callee.attr in HOLDING_METHODS):
            return True
        if isinstance(callee, ast.Name) and callee.id not in self._table(callee).bound:
            return True
        if isinstance(callee, ast.Name | ast.Attribute) and self._outlook_of(callee) is None:
            return any(isinstance(node, ast.ClassDef) for node in self._called(callee))
        return True

    def _added(self, call: ast.Call) -> None:
        """An element that is added to a container, or an attribute that is set by its name."""
        for holder in (*holders_of(call), *self._kept_holders(call.func)):
            self._target(holder)
        match call:
            case ast.Call(func=ast.Attribute(value=holder, attr=method)) if method in ADDING_METHODS:
                self._target(holder)
            case ast.Call(func=ast.Name(id="setattr"), args=[_, ast.Constant(value=str() as name), _]):
                self.name(name, self._weight)

    def _kept_holders(self, callee: ast.expr) -> Iterator[ast.expr]:
        """The containers that a method fills which is kept under a name."""
        if isinstance(callee, ast.Name):
            for binding in self._table(callee).bound.get(callee.id, ()):
                if isinstance(binding.node, ast.Attribute) and binding.node.attr in ADDING_METHODS:
                    yield binding.node.value

    def _is_harmless(self, callee: ast.expr) -> bool:
        """Whether a callee is a library's function that gives nothing that matters."""
        outlook = self._outlook_of(callee)
        return outlook is not None and outlook.prospect is Prospect.HARMLESS

    def _outlook_of(self, node: ast.expr) -> Outlook | None:
        names: list[str] = []
        while isinstance(node, ast.Attribute):
            names.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return None
        path = self._path(node)
        outlook = self.origins.imported[path].get(node.id)
        if outlook is None and node.id not in self.modules.tables[path].bound and not self._has_stars(path):
            outlook = self.outlooks.of(f"builtins.{node.id}")
        for name in reversed(names):
            outlook = self.outlooks.step(outlook, name) if outlook is not None else None
        return outlook

    def _path(self, node: ast.AST) -> str:
        return self.modules.file_of(self.scope_of[node]).path

    def _table(self, node: ast.AST) -> Table:
        return self.modules.tables[self._path(node)]

    def _has_stars(self, path: str) -> bool:
        return bool(self.modules.tables[path].module.stars)

    def _enter(self, callee: ast.expr, position: int | None) -> None:
        """What matters reaches the functions that an expression may be.

        It is the argument at ``position`` (-1: by keyword); ``None`` when it may be any argument.
        """
        if isinstance(callee, ast.Lambda):
            self._parameters(callee, position, 0)
            return
        name = callee.id if isinstance(callee, ast.Name) else getattr(callee, "attr", "")
        entry = (name, isinstance(callee, ast.Name), self.scope_of[callee].kind is Kind.CLASS, position)
        if self._handed_over.get(entry, 0) >= self._weight:
            return
        self._handed_over[entry] = self._weight
        for node in self._called(callee):
            is_bound = isinstance(callee, ast.Attribute) and self.scope_of[node].kind is Kind.CLASS
            self._parameters(node, position, 1 if is_bound and not _is_static(node) else 0)

    def _called(self, callee: ast.expr) -> Iterator[ast.AST]:
        """The functions and classes of the project that a name or attribute may be."""
        name = callee.id if isinstance(callee, ast.Name) else getattr(callee, "attr", None)
        is_plain = isinstance(callee, ast.Name) and self.scope_of[callee].kind is not Kind.CLASS
        for known in {name, *self.origins.aliases.get(name, ())} if name is not None else ():
            for node in self.origins.callables.get(known, ()):
                if not is_plain or self.scope_of[node].kind is not Kind.CLASS or isinstance(node, ast.ClassDef):
                    yield node

    def _parameters(self, node: ast.AST, position: int | None, skipped: int) -> None:
        if isinstance(node, FunctionNode):
            for parameter in _reached(node.args, position, skipped):
                self.name(self.bearers.of_parameter(node, parameter.arg), self._weight)
        elif isinstance(node, ast.ClassDef):
            names = self.modules.inner[node].names
            made = names.get("__init__")
            for binding in made.bindings if made is not None else ():
                self._parameters(binding.node, position, 1)
            if made is None:
                for name in names:
                    self.name(name, self._weight)

    def _bind(self, bearers: Iterable[Bearer]) -> None:
        for bearer in bearers:
            self.name(bearer, self._weight)

    def _target(self, target: ast.AST) -> None:
        """Something that matters is bound to everything in an assignment's target."""
        todo = [target]
        while todo:
            node = todo.pop()
            if isinstance(node, ast.Name):
                self._bind(self.bearers.of(node))
            elif isinstance(node, ast.Attribute):
                self.name(node.attr, self._weight)
                self._is_lost |= node.attr == "__dict__"
            elif isinstance(node, ast.Subscript | ast.Starred):
                todo.append(node.value)
            elif isinstance(node, ast.Tuple | ast.List):
                todo += node.elts

    def _lambda(self, _: ast.AST, parent: ast.AST) -> None:
        self.flow(parent, self._weight.giver)

    def _assign(self, _: ast.AST, parent: ast.AST) -> None:
        for target in getattr(parent, "targets", ()):
            self._target(target)

    def _annotated(self, node: ast.AST, parent: ast.AST) -> None:
        if node is getattr(parent, "value", None):
            self._target(parent.target)  # type: ignore[attr-defined] # by the table

    def _augmented(self, _: ast.AST, parent: ast.AST) -> None:
        self._target(parent.target)  # type: ignore[attr-defined] # by the table

    def _walrus(self, _: ast.AST, parent: ast.AST) -> ast.AST:
        self._target(parent.target)  # type: ignore[attr-defined] # by the table
        return parent

    def _loop(self, node: ast.AST, parent: ast.AST) -> None:
        if node is getattr(parent, "iter", None):
            self._target(parent.target)  # type: ignore[attr-defined] # by the table

    def _comprehension(self, node: ast.AST, parent: ast.AST) -> ast.AST | None:
        """What a comprehension goes through is in its variables, what it makes of them in itself."""
        for generator in parent.generators:  # type: ignore[attr-defined] # by the table
            if node is generator.iter:
                self._target(generator.target)
                return None
        return parent

    def _entered(self, _: ast.AST, parent: ast.AST) -> None:
        if parent.optional_vars is not None:  # type: ignore[attr-defined] # by the table
            self._target(parent.optional_vars)  # type: ignore[attr-defined] # by the table

    def _result(self, node: ast.AST, _: ast.AST) -> None:
        """A function gives something that matters: so does whatever it is called by."""
        scope: Scope | None = self.scope_of[node]
        while scope is not None and scope.kind is not Kind.FUNCTION:
            scope = scope.parent
        function = scope.node if scope is not None else None
        if isinstance(function, ast.Lambda):
            self.flow(function, self._weight.giver)
        elif isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            self._is_lost |= function.name in UNTRACEABLE
            weight = self._weight
            self._turn_up(function.name, weight)
            self._weight = weight.giver
            self._bind(self.bearers.of_definition(function))
            for decorator in function.decorator_list:
                self._decorated(decorator)

    def _turn_up(self, method: str, weight: Weight) -> None:
        """What a special method gives turns up wherever Python may call it."""
        wanted = UNSEEN.get(method, {})
        for table in self.modules.tables.values() if wanted and weight.giver > self._weights.get(method, 0) else ():
            for node in table.order:
                part = wanted.get(type(node))
                for value in _parts(node, part) if part is not None else ():
                    self.flow(value, weight)

    def _decorated(self, decorator: ast.expr) -> None:
        """A function that gives something that matters reaches its decorators, and the functions that they make."""
        for function in self._called(decorator.func if isinstance(decorator, ast.Call) else decorator):
            for node in ast.walk(function):
                self._parameters(node, None, 0)

    def _default(self, _: ast.AST, parent: ast.AST) -> None:
        assert isinstance(parent, ast.arguments)  # noqa: S101 - by the table
        for parameter in _parameters_of(parent):
            self.name(self.bearers.of_parameter(self.parents[parent], parameter.arg), self._weight)

    def _decorator(self, node: ast.AST, parent: ast.AST) -> None:
        assert isinstance(parent, FunctionNode | ast.ClassDef)  # noqa: S101 - by the table
        if not isinstance(parent, ast.Lambda) and node in parent.decorator_list:
            self._bind(self.bearers.of_definition(parent))

    def _raised(self, _: ast.AST, __: ast.AST) -> None:
        self.name("args", self._weight)

    def _matched(self, _: ast.AST, parent: ast.AST) -> None:
        for node in ast.walk(parent):
            for captured in (getattr(node, "name", None), getattr(node, "rest", None)):
                for bearer in self.bearers.at(self.scope_of[parent], captured) if isinstance(captured, str) else ():
                    self.name(bearer, self._weight.below)


def _parts(node: ast.AST, part: str) -> list[ast.AST]:
    """A node, or a part of it; what comprehensions go through."""
    if part == "generators":
        return [generator.iter for generator in node.generators]  # type: ignore[attr-defined] # of comprehensions
    return [getattr(node, part) if part else node]


def _handed(call: ast.Call) -> list[ast.expr | ast.keyword]:
    return [*call.args, *call.keywords]


def _parameters_of(arguments: ast.arguments) -> list[ast.arg]:
    rest = [part for part in (arguments.vararg, arguments.kwarg) if part is not None]
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *rest]


def _reached(arguments: ast.arguments, position: int | None, skipped: int) -> list[ast.arg]:
    """The parameters that an argument may fill, besides the one of the same name."""
    positional = [*arguments.posonlyargs, *arguments.args][skipped:]
    if position is None:
        own = [*arguments.posonlyargs, *arguments.args][:skipped]
        return [parameter for parameter in _parameters_of(arguments) if parameter not in own]
    if 0 <= position < len(positional):
        return [positional[position]]
    rest = arguments.kwarg if position < 0 else arguments.vararg
    return [] if rest is None else [rest]


def _is_static(node: ast.AST) -> bool:
    decorators = getattr(node, "decorator_list", ())
    return isinstance(node, ast.Lambda) or any(getattr(part, "id", "") == "staticmethod" for part in decorators)

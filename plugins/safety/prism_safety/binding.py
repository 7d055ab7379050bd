"""The one pass that fills a module's symbol table."""

import ast
from collections.abc import Callable, Iterable, Iterator

from prism_safety.scopes import Binding, How, Kind, PatternRead, Scope, Step, Table, Take, Trees, Variable, lookup

ADDING_METHODS = frozenset(
    {
        *("append", "appendleft", "add", "insert", "extend", "extendleft", "setdefault", "update", "put"),
        *("__setitem__", "__iadd__", "__ior__"),
    }
)
ADDING_FUNCTIONS = frozenset({"setitem", "iadd", "ior", "iconcat", "heappush", "insort", "insort_left", "insort_right"})
"""Functions that add to the container which is their first argument."""
CONTAINERS = frozenset(
    {"list", "dict", "set", "deque", "OrderedDict", "defaultdict", "Counter", "UserList", "UserDict"}
)
EACH = Step(Take.EACH)
ENTER = Step(Take.ENTER)
REST = Step(Take.REST)
POSITIONAL = Step(Take.POSITIONAL)

PLAIN_FIELDS = frozenset(
    {"ctx", "op", "ops", "id", "attr", "name", "kind", "type_comment", "type_ignores", "module", "level", "conversion"}
    | {"is_async", "simple", "asname", "arg", "kwd_attrs", "rest", "lineno", "tag", "str"}
)
"""Fields that hold no node, or one of the operators and contexts, which are the same objects in every tree."""
CHILDLESS = frozenset({"Constant", "Name", "alias", "Global", "Nonlocal", "MatchSingleton", "TypeIgnore"})


def _parts_of(kind: type[ast.AST]) -> tuple[str, ...]:
    """The fields of a kind of node that may hold other nodes."""
    if kind.__name__ == "TypeAlias":
        return kind._fields
    return () if kind.__name__ in CHILDLESS else tuple(name for name in kind._fields if name not in PLAIN_FIELDS)


PARTS = {kind: _parts_of(kind) for kind in vars(ast).values() if isinstance(kind, type) and issubclass(kind, ast.AST)}

Child = tuple[ast.AST, Scope]
Steps = tuple[Step, ...]


def table_of(tree: ast.Module, trees: Trees) -> Table:
    """The symbol table of a module; what is known of its nodes is added to ``trees``."""
    return _Binder(tree, trees).run()


class _Binder:
    """Walks a tree once, right to left, parents first; the table's order is that walk reversed."""

    def __init__(self, tree: ast.Module, trees: Trees) -> None:
        self.tree = tree
        self.trees = trees
        self.table = Table(Scope(Kind.MODULE, tree, None))
        self.bound: list[tuple[Scope, str, Binding]] = []
        self.added: list[tuple[Scope, ast.Name, Binding]] = []
        self.kept: dict[str, list[tuple[Scope, ast.expr]]] = {}
        """Methods that fill a container, by the name they are kept under, with the container."""
        self.always: set[ast.AST] = set(tree.body)
        self.handlers: dict[type[ast.AST], Callable[..., Iterable[Child] | None]] = {
            ast.Name: self.name,
            ast.Attribute: self.attribute,
            ast.Subscript: self.subscript,
            ast.arg: self.parameter,
            ast.FunctionDef: self.function,
            ast.AsyncFunctionDef: self.function,
            ast.Lambda: self.function,
            ast.ClassDef: self.class_,
            ast.ListComp: self.comprehension,
            ast.SetComp: self.comprehension,
            ast.GeneratorExp: self.comprehension,
            ast.DictComp: self.comprehension,
            ast.Import: self.import_,
            ast.ImportFrom: self.import_from,
            ast.Assign: self.assign,
            ast.AnnAssign: self.annotated,
            ast.AugAssign: self.augmented,
            ast.NamedExpr: self.walrus,
            ast.For: self.loop,
            ast.AsyncFor: self.loop,
            ast.withitem: self.with_item,
            ast.ExceptHandler: self.except_,
            ast.Global: self.global_,
            ast.Nonlocal: self.nonlocal_,
            ast.Delete: self.delete,
            ast.Match: self.match,
            ast.Return: self.result,
            ast.Yield: self.result,
            ast.YieldFrom: self.result,
            ast.Call: self.call,
            ast.Raise: self.raise_,
            ast.Assert: self.assert_,
        }

    def run(self) -> Table:
        scope_of, parents, handlers = self.trees.scope_of, self.trees.parents, self.handlers
        order = self.table.order
        scope_of[self.tree] = self.table.module
        stack: list[ast.AST] = [self.tree]
        while stack:
            node = stack.pop()
            order.append(node)
            scope = scope_of[node]
            kind = type(node)
            handle = handlers.get(kind)
            placed = handle(node, scope) if handle is not None else None
            if placed is not None:
                for child, inner in placed:
                    parents[child] = node
                    scope_of[child] = inner
                    stack.append(child)
                continue
            for name in PARTS[kind]:
                part = getattr(node, name)
                for child in part if type(part) is list else (part,):
                    if child is not None:
                        parents[child] = node
                        scope_of[child] = scope
                        stack.append(child)
        order.reverse()
        self.land()
        return self.table

    def keep(self) -> None:
        """Follow the methods that fill a container and are called by a name of their own."""
        for node in self.table.order if self.kept else ():
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                for scope, holder in self.kept.get(node.func.id, ()):
                    for argument in node.args:
                        self.add(scope, holder, Binding(How.ELEMENT, argument))

    def land(self) -> None:
        """Put each binding where it belongs, now that every ``global`` is known, in the order of the text."""
        bound = self.table.bound
        self.keep()
        for scope, name, binding in reversed(self.bound):
            owner = scope.owner(name) if scope.redirected else scope
            owner.variable(name).bindings.append(binding)
            bound.setdefault(name, []).append(binding)
        for scope, holder, binding in reversed(self.added):
            variables, _ = lookup(scope, holder.id, (holder.lineno, holder.col_offset))
            for variable in variables:
                variable.bindings.append(binding)
        for listed in (
            *(self.table.imports, self.table.classes, self.table.calls, self.table.changes),
            self.table.definitions,
        ):
            listed.reverse()
        for loads in self.table.loads.values():
            loads.reverse()
        for stored in self.table.fields.values():
            stored.reverse()

    def bind(self, scope: Scope, name: str, binding: Binding, statement: ast.stmt | None = None) -> None:
        self.bound.append((scope, name, binding))
        if statement in self.always and statement is not None:
            end = (statement.end_lineno or statement.lineno, statement.end_col_offset or 0)
            scope.settled[name] = min(end, scope.settled.get(name, end))

    def target(
        self, scope: Scope, target: ast.AST, source: ast.AST, first: Steps = (), statement: ast.stmt | None = None
    ) -> None:
        """Bind everything in an assignment's target to its part of the source."""
        todo = [(target, first)]
        while todo:
            node, steps = todo.pop()
            if isinstance(node, ast.Name):
                self.bind(scope, node.id, Binding(How.VALUE, source, steps), statement)
                if isinstance(source, ast.Attribute) and source.attr in ADDING_METHODS:
                    self.kept.setdefault(node.id, []).append((scope, source.value))
            elif isinstance(node, ast.Attribute):
                self.store(node.attr, Binding(How.VALUE, source, steps))
            elif isinstance(node, ast.Subscript):
                self.add(scope, node.value, Binding(How.ELEMENT, source, steps))
            elif isinstance(node, ast.Starred):
                todo.append((node.value, steps))
            elif isinstance(node, ast.Tuple | ast.List):
                todo += unpacked(node.elts, steps)

    def store(self, attribute: str, binding: Binding) -> None:
        self.table.fields.setdefault(attribute, []).append(binding)

    def add(self, scope: Scope, holder: ast.expr, binding: Binding) -> None:
        """Remember that a container got one more element."""
        if isinstance(holder, ast.Name):
            self.added.append((scope, holder, binding))
        elif isinstance(holder, ast.Attribute):
            self.store(holder.attr, binding)

    # Nodes that read names or change parts of things.

    def name(self, node: ast.Name, scope: Scope) -> tuple[()]:  # noqa: ARG002 - called like the other handlers
        if type(node.ctx) is ast.Load:
            self.table.loads.setdefault(node.id, []).append(node)
        return ()

    def attribute(self, node: ast.Attribute, scope: Scope) -> tuple[Child]:
        if type(node.ctx) is ast.Load:
            self.table.loads.setdefault(node.attr, []).append(node)
        else:
            self.table.changes.append(node)
        return ((node.value, scope),)

    def subscript(self, node: ast.Subscript, scope: Scope) -> None:  # noqa: ARG002 - called like the other handlers
        if type(node.ctx) is not ast.Load:
            self.table.changes.append(node)

    def parameter(self, node: ast.arg, scope: Scope) -> tuple[Child, ...]:
        if node.annotation is None:
            return ()
        self.table.annotated.append(node)
        return ((node.annotation, scope),)

    # Statements and expressions that bind names. Each gives the children with their scopes, or None for "all, here".

    def function(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, scope: Scope) -> Iterator[Child]:
        inner = self.open(Kind.FUNCTION, node, scope)
        self.trees.results[node] = Variable("return")
        self.parameters(node.args, inner, method=scope.kind is Kind.CLASS and not _is_static(node))
        if isinstance(node, ast.Lambda):
            self.trees.results[node].bindings.append(Binding(How.VALUE, node.body))
            return within_all((scope, [node.args]), (inner, [node.body]))
        self.bind(scope, node.name, Binding(How.DEFINITION, node), node)
        if node.decorator_list:
            self.table.definitions.append(node)
        outside: list[ast.AST] = [*node.decorator_list, node.args]
        if node.returns is not None:
            self.table.annotated.append(node)
            outside.append(node.returns)
        return within_all((scope, outside), (inner, node.body))

    def parameters(self, arguments: ast.arguments, inner: Scope, *, method: bool) -> None:
        positional = [*arguments.posonlyargs, *arguments.args]
        defaults: dict[ast.arg, ast.expr | None] = dict(
            zip(reversed(positional), reversed(arguments.defaults), strict=False)
        )
        defaults.update(zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True))
        for index, parameter in enumerate([*positional, *arguments.kwonlyargs]):
            is_self = method and index == 0 and bool(positional)
            self.bind(inner, parameter.arg, Binding(How.SELF if is_self else How.OPAQUE, parameter))
            default = defaults.get(parameter)
            if default is not None:
                self.bind(inner, parameter.arg, Binding(How.VALUE, default))
        for rest in (arguments.vararg, arguments.kwarg):
            if rest is not None:
                self.bind(inner, rest.arg, Binding(How.OPAQUE, rest))

    def class_(self, node: ast.ClassDef, scope: Scope) -> Iterator[Child]:
        inner = self.open(Kind.CLASS, node, scope)
        self.table.classes.append(node)
        if node.decorator_list:
            self.table.definitions.append(node)
        self.always.update(node.body)
        self.bind(scope, node.name, Binding(How.DEFINITION, node), node)
        return within_all((scope, [*node.decorator_list, *node.bases, *node.keywords]), (inner, node.body))

    def comprehension(
        self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp, scope: Scope
    ) -> Iterator[Child]:
        inner = self.open(Kind.COMPREHENSION, node, scope)
        for generator in node.generators:
            self.target(inner, generator.target, generator.iter, (EACH,))
        first = node.generators[0]
        results: list[ast.AST] = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        rest = [part for later in node.generators[1:] for part in (later.iter, later.target, *later.ifs)]
        # The target and the conditions come before what is made of them, so that it is known when that is read.
        return within_all((scope, [first.iter]), (inner, [first.target, *first.ifs, *rest, *results]))

    def open(self, kind: Kind, node: ast.AST, parent: Scope) -> Scope:
        inner = Scope(kind, node, parent)
        self.trees.inner[node] = inner
        return inner

    def import_(self, node: ast.Import, scope: Scope) -> None:
        self.table.imports.append(node)
        for alias in node.names:
            self.bind(scope, alias.asname or alias.name.partition(".")[0], Binding(How.IMPORT, alias), node)

    def import_from(self, node: ast.ImportFrom, scope: Scope) -> None:
        self.table.imports.append(node)
        for alias in node.names:
            if alias.name == "*":
                scope.root.stars.append(node)
            else:
                self.bind(scope, alias.asname or alias.name, Binding(How.IMPORT, alias, statement=node), node)

    def assign(self, node: ast.Assign, scope: Scope) -> None:
        for target in node.targets:
            self.target(scope, target, node.value, statement=node)

    def annotated(self, node: ast.AnnAssign, scope: Scope) -> None:
        self.table.annotated.append(node)
        if node.value is not None:
            self.target(scope, node.target, node.value, statement=node)
        elif isinstance(node.target, ast.Name) and scope.kind is not Kind.MODULE:
            scope.owner(node.target.id).variable(node.target.id)

    def augmented(self, node: ast.AugAssign, scope: Scope) -> None:
        if isinstance(node.target, ast.Name):
            self.bind(scope, node.target.id, Binding(How.AUGMENTED, node.value, statement=node))
        else:
            self.target(scope, node.target, node.value)

    def walrus(self, node: ast.NamedExpr, scope: Scope) -> None:
        owner = scope
        while owner.kind is Kind.COMPREHENSION and owner.parent is not None:
            owner = owner.parent
        self.target(owner, node.target, node.value)

    def loop(self, node: ast.For | ast.AsyncFor, scope: Scope) -> None:
        self.target(scope, node.target, node.iter, (EACH,))

    def with_item(self, node: ast.withitem, scope: Scope) -> None:
        if node.optional_vars is not None:
            self.target(scope, node.optional_vars, node.context_expr, (ENTER,))

    def except_(self, node: ast.ExceptHandler, scope: Scope) -> None:
        if node.name is not None:
            self.bind(scope, node.name, Binding(How.OPAQUE, node))
            scope.unbound.add(node.name)

    def global_(self, node: ast.Global, scope: Scope) -> None:
        scope.redirected.update(dict.fromkeys(node.names, Kind.MODULE))

    def nonlocal_(self, node: ast.Nonlocal, scope: Scope) -> None:
        scope.redirected.update(dict.fromkeys(node.names, Kind.FUNCTION))

    def delete(self, node: ast.Delete, scope: Scope) -> None:
        todo: list[ast.expr] = list(node.targets)
        while todo:
            target = todo.pop()
            if isinstance(target, ast.Tuple | ast.List):
                todo += target.elts
            elif isinstance(target, ast.Name):
                # A name that is taken away again may show the builtin beneath it, wherever the ``del`` stands.
                scope.unbound.add(target.id)
                scope.root.unbound.add(target.id)
                if scope.kind is not Kind.MODULE:
                    scope.variable(target.id)

    def match(self, node: ast.Match, scope: Scope) -> None:
        for case in node.cases:
            self.pattern(scope, case.pattern, node.subject)

    def pattern(self, scope: Scope, pattern: ast.pattern, subject: ast.expr) -> None:
        """Bind what a pattern captures, and note which attributes it reads."""
        todo: list[tuple[ast.pattern, Steps]] = [(pattern, ())]
        while todo:
            node, steps = todo.pop()
            name = _captured(node)
            if name is not None:
                self.bind(scope, name, Binding(How.VALUE, subject, steps))
            if isinstance(node, ast.MatchClass):
                for attribute in [*node.kwd_attrs, *([""] if node.patterns else [])]:
                    self.table.pattern_reads.append(PatternRead(node, subject, steps, attribute))
            todo += _parts(node, steps)

    def result(self, node: ast.Return | ast.Yield | ast.YieldFrom, scope: Scope) -> None:
        owner: Scope | None = scope
        while owner is not None and owner.kind is not Kind.FUNCTION:
            owner = owner.parent
        if owner is None or node.value is None:
            return
        how = How.ELEMENT if isinstance(node, ast.Yield) else How.VALUE
        self.trees.results[owner.node].bindings.append(Binding(how, node.value))

    def call(self, node: ast.Call, scope: Scope) -> None:
        self.table.calls.append(node)
        function = node.func
        given = [*node.args, *(keyword.value for keyword in node.keywords)]
        if isinstance(function, ast.Attribute) and function.attr in ADDING_METHODS:
            for argument in given:
                self.add(scope, function.value, Binding(How.ELEMENT, argument))
        self.adding(node, given, scope)
        if isinstance(function, ast.Name) and function.id == "setattr":
            self.set_by_name(node)
        for keyword in node.keywords:
            if keyword.arg is not None:
                self.store(keyword.arg, Binding(How.VALUE, keyword.value))

    def adding(self, node: ast.Call, given: list[ast.expr], scope: Scope) -> None:
        """Fill the containers among the arguments with the other arguments."""
        for holder in holders_of(node):
            for other in given:
                if holder not in (other, getattr(other, "value", None)):
                    self.add(scope, holder, Binding(How.ELEMENT, other))

    def raise_(self, node: ast.Raise, scope: Scope) -> None:  # noqa: ARG002 - called like the other handlers
        """What an exception is made of can be had back as its ``args``."""
        if isinstance(node.exc, ast.Call):
            for argument in node.exc.args:
                self.store("args", Binding(How.ELEMENT, argument))

    def assert_(self, node: ast.Assert, scope: Scope) -> None:  # noqa: ARG002 - called like the other handlers
        """So can the message of an assertion."""
        if node.msg is not None:
            self.store("args", Binding(How.ELEMENT, node.msg))

    def set_by_name(self, node: ast.Call) -> None:
        match node.args:
            case [_, ast.Constant(value=str() as name), value]:
                self.store(name, Binding(How.VALUE, value))


def holders_of(call: ast.Call) -> Iterator[ast.expr]:
    """The containers that a call fills: the first argument of some functions, and those whose method is handed over."""
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    is_of_class = name in ADDING_METHODS and getattr(getattr(call.func, "value", None), "id", "") in CONTAINERS
    if is_of_class or name in ADDING_FUNCTIONS:
        yield from call.args[:1]
    for part in call.args:
        if isinstance(part, ast.Attribute) and part.attr in ADDING_METHODS:
            yield part.value


def within(scope: Scope, nodes: Iterable[ast.AST]) -> Iterator[Child]:
    """The nodes, each in the scope."""
    return ((node, scope) for node in nodes)


def within_all(*groups: tuple[Scope, Iterable[ast.AST]]) -> Iterator[Child]:
    """The nodes of several groups, each in its group's scope."""
    return ((node, scope) for scope, nodes in groups for node in nodes)


def unpacked(targets: list[ast.expr], steps: Steps) -> list[tuple[ast.AST, Steps]]:
    """The targets of an unpacking assignment with the step that leads to each."""
    starred = next((index for index, target in enumerate(targets) if isinstance(target, ast.Starred)), len(targets))
    found: list[tuple[ast.AST, Steps]] = []
    for index, target in enumerate(targets):
        if index == starred:
            found.append((target, (*steps, REST)))
        else:
            found.append((target, (*steps, Step(Take.ITEM, index if index < starred else index - len(targets)))))
    return found


def _is_static(node: ast.AST) -> bool:
    decorators = getattr(node, "decorator_list", [])
    return any(isinstance(decorator, ast.Name) and decorator.id == "staticmethod" for decorator in decorators)


def _captured(node: ast.pattern) -> str | None:
    if isinstance(node, ast.MatchAs | ast.MatchStar):
        return node.name
    return node.rest if isinstance(node, ast.MatchMapping) else None


def _parts(node: ast.pattern, steps: Steps) -> list[tuple[ast.pattern, Steps]]:
    """The patterns inside a pattern, with the steps from the subject to each."""
    match node:
        case ast.MatchAs(pattern=ast.pattern() as inner):
            return [(inner, steps)]
        case ast.MatchOr(patterns=patterns):
            return [(inner, steps) for inner in patterns]
        case ast.MatchSequence(patterns=patterns):
            return [(inner, (*steps, REST if isinstance(inner, ast.MatchStar) else EACH)) for inner in patterns]
        case ast.MatchMapping(keys=keys, patterns=patterns):
            return [(inner, (*steps, _key_step(key))) for key, inner in zip(keys, patterns, strict=True)]
        case ast.MatchClass():
            named = zip(node.kwd_attrs, node.kwd_patterns, strict=True)
            return [(inner, (*steps, Step(Take.ATTRIBUTE, name))) for name, inner in named] + [
                (inner, (*steps, POSITIONAL)) for inner in node.patterns
            ]
    return []


def _key_step(key: ast.expr) -> Step:
    if isinstance(key, ast.Constant) and isinstance(key.value, str | int | bytes | float):
        return Step(Take.ITEM, key.value)
    return EACH

"""Picks out the nodes at which anything can be found, so that the rules look at few of many.

What is passed over here has no finding there. The names of attributes decide first: most are harmless on any object.
Chains such as ``torch.nn.Linear``, on a name that is only ever imported, are judged as a whole by the catalogue.
Where a chain ends at something that matters and goes on as a value, :mod:`prism_safety.spread` follows it.
"""

import ast
from collections.abc import Callable, Collection, Iterable, Iterator

from prism_safety import fold
from prism_safety.catalogue import is_dunder
from prism_safety.imports import only_for_type_checkers
from prism_safety.memo import TooComplexError
from prism_safety.origins import Origins
from prism_safety.outlook import Outlook, Outlooks, Prospect
from prism_safety.resolve import Resolver
from prism_safety.scopes import How, Scope, Table
from prism_safety.spread import Spread
from prism_safety.values import Constant, Fragment, Value, constant
from prism_safety.weights import Weight

GIVING = frozenset(
    {"builtins.getattr", "operator.attrgetter", "operator.itemgetter", "operator.methodcaller", "typing.NewType"}
)
"""Functions whose result matters whatever they are given."""
ASKING = frozenset({"builtins.getattr", "builtins.hasattr"})
DefinitionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
GOING_ON = (ast.Attribute, ast.Subscript, ast.Call)
WEIGHTS = {
    Prospect.PASSING: Weight.PASSING,
    Prospect.OPEN: Weight.OPEN,
    Prospect.SPECIAL: Weight.FOUND,
    Prospect.BAD: Weight.FOUND,
}
SELVES = ("self", "cls")
NAME_AND_OBJECT = 2
MOST_STEPS = 10_000
"""Steps to work out the name of one attribute, or one condition."""


def nodes_to_look_at(
    resolver: Resolver, outlooks: Outlooks, is_special: Callable[[str], bool]
) -> frozenset[ast.AST] | None:
    """The nodes that the rules have to look at; ``None`` when that may be any.

    ``is_special`` says whether reading an attribute of this name may be a finding on any object.
    """
    return _Screen(resolver, outlooks, is_special).run()


class _Screen:
    def __init__(self, resolver: Resolver, outlooks: Outlooks, is_special: Callable[[str], bool]) -> None:
        self.resolver = resolver
        self.modules = resolver.modules
        self.outlooks = outlooks
        self.is_special = is_special
        self.has_folder = resolver.has_folder
        self.parents = resolver.parents
        self.kept: set[ast.AST] = set()
        self.origins = Origins(self.modules, outlooks, self._may_not_run)
        self.spread = Spread(self.origins, self.kept, keeps_ends=self.has_folder)
        self._escaped = {module: outlooks.of(module) for module in resolver.escaped}

    def run(self) -> frozenset[ast.AST] | None:
        starred = {module for path in self.modules.tables for module in self._foreign_stars(path)}
        for path, table in self.modules.tables.items():
            self._chains(path, table)
            if table.module.stars:
                self._starred(table, starred)
        for table in self.modules.tables.values():
            self._builtins(table)
            self._by_name(table)
            self._patterns(table)
            self.kept.update(table.imports, table.classes, filter(_holds_text, table.annotated))
            self.kept.update(table.annotated if self.resolver.evaluates_annotations else ())
        for name, may_be in self.origins.unclear.items():
            self.spread.name_everywhere(name, max(self._weight(each) if each else Weight.GIVING for each in may_be))
        if self.has_folder:
            self.spread.name_everywhere("checkpoint_dir", Weight.FOUND)
        if not self.spread.settle():
            return None
        self.resolver.is_plain = self.spread.is_plain
        for path, table in self.modules.tables.items():
            self._changes(path, table)
        return frozenset(self.kept)

    def _foreign_stars(self, path: str) -> Iterator[str]:
        """The modules outside the project from which a file imports all names."""
        file = self.modules.source(path)
        for statement in self.modules.tables[path].module.stars:
            module = self.modules.source_module(statement, file)
            if module is not None and not statement.level and not self.modules.is_own(module):
                yield module

    # Chains

    def _chains(self, path: str, table: Table) -> None:
        """Judge the chains on imported names; the names matter to whoever reads them from elsewhere too."""
        for name, outlook in self.origins.imported[path].items():
            if outlook.prospect is not Prospect.HARMLESS:
                self.spread.name(name, self._weight(outlook))
                for node in table.loads.get(name, ()):
                    if isinstance(node, ast.Name):
                        self._chain(node, outlook)

    def _starred(self, table: Table, modules: Iterable[str]) -> None:
        """Judge every name that may come from one of these modules."""
        for name, nodes in table.loads.items():
            for module in modules:
                outlook = self.outlooks.step(self.outlooks.of(module), name)
                if self.outlooks.catalogue.offers(module, name) and outlook.prospect is not Prospect.HARMLESS:
                    self.spread.name(name, self._weight(outlook))
                    for node in nodes:
                        if isinstance(node, ast.Name):
                            self._chain(node, outlook)

    def _builtins(self, table: Table) -> None:
        for name, outlook in self.outlooks.builtins.items():
            for node in table.loads.get(name, ()):
                if isinstance(node, ast.Name) and self.spread.is_builtin(node, table):
                    self._chain(node, outlook)

    def _chain(self, node: ast.expr, outlook: Outlook) -> None:
        while outlook.prospect is not Prospect.BAD:
            parent = self.parents[node]
            if not isinstance(parent, ast.Attribute) or not isinstance(parent.ctx, ast.Load):
                break
            outlook = self.outlooks.step(outlook, parent.attr)
            self.spread.chained.add(parent)
            node = parent
            if outlook.prospect is Prospect.HARMLESS:
                return
        self._end(node, outlook)

    def _end(self, node: ast.expr, outlook: Outlook) -> None:
        """What goes on from the end of a chain."""
        if outlook.prospect is Prospect.BAD:
            self.kept.add(node)
            node = self._attributes_of(node)
        parent = self.parents[node]
        if not isinstance(parent, ast.Call) or parent.func is not node:
            self._named(node, parent, outlook)
        elif outlook.prospect is Prospect.BAD or (
            outlook.prospect is Prospect.SPECIAL and not self._is_plain_question(parent, outlook.path)
        ):
            self.kept.add(parent)
        if isinstance(parent, ast.Call) and parent.func is node:
            self._called(parent, outlook.path)

    def _attributes_of(self, node: ast.expr) -> ast.expr:
        """The outermost attribute that is read of something; what follows from a finding is looked at where it is."""
        parent = self.parents[node]
        while isinstance(parent, ast.Attribute) and isinstance(parent.ctx, ast.Load):
            self.kept.add(parent)
            node, parent = parent, self.parents[parent]
        return node

    def _named(self, node: ast.expr, parent: ast.AST, outlook: Outlook) -> None:
        """A symbol that matters is named, and not called."""
        if outlook.prospect is Prospect.SPECIAL:
            self.kept.add(node)
        if outlook.prospect is not Prospect.PASSING or not isinstance(parent, DefinitionNode):
            self.spread.flow(node, self._weight(outlook))

    def _weight(self, outlook: Outlook) -> Weight:
        if outlook.path in GIVING or outlook.path in self.outlooks.catalogue.names.results:
            return Weight.GIVING
        if outlook.prospect is Prospect.BAD and self.outlooks.is_covered(outlook.path):
            return Weight.CALLED
        return WEIGHTS[outlook.prospect]

    def _called(self, call: ast.Call, path: str) -> None:
        if path in GIVING:
            self._given(call, path)
        elif path in self.outlooks.catalogue.names.results:
            self.spread.flow(call, Weight.GIVING)

    def _is_plain_question(self, call: ast.Call, path: str) -> bool:
        """Whether a call asks an object for its class, or for an attribute by a name that is harmless on any object."""
        if path == "builtins.type":
            return len(call.args) == 1 and not call.keywords and not isinstance(call.args[0], ast.Starred)
        match call.args:
            case [_, ast.Constant(value=str() as name), *_] if path in ASKING:
                return name.isidentifier() and name[0] != "_" and not self._matters(name)
        return False

    def _given(self, call: ast.Call, path: str) -> None:
        """Follow what ``getattr`` and the like give, where it may matter."""
        if path != "builtins.getattr" or len(call.args) < NAME_AND_OBJECT:
            self.spread.flow(call, Weight.GIVING)
            return
        for atom in self._names(call.args[1]):
            if isinstance(atom, Constant) and isinstance(atom.value, str) and not self._matters(atom.value):
                self.spread.read_by_name(atom.value, call)
            elif isinstance(atom, Constant):
                self.spread.flow(call, Weight.GIVING)
            elif isinstance(atom, Fragment) and not self.outlooks.catalogue.could_be_unsafe(atom):
                self.spread.read_like(atom, call)

    def _may_not_run(self, statement: ast.AST) -> bool:
        """Whether an import may be for type checkers only."""
        self.resolver.memo.start(MOST_STEPS)
        try:
            return only_for_type_checkers(statement, self.resolver)
        except (TooComplexError, RecursionError):
            return True

    def _names(self, node: ast.expr) -> Value:
        """What the name of an attribute may be."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return constant(node.value)
        self.resolver.memo.start(MOST_STEPS)
        try:
            return self.resolver.value(node)
        except (TooComplexError, RecursionError):
            return frozenset({fold.ANY_TEXT})

    # Names of attributes

    def _by_name(self, table: Table) -> None:
        selves = _selves(table)
        for name, nodes in table.loads.items():
            if self._matters(name):
                for node in nodes:
                    if not _is_plain_template(self.parents[node], node):
                        self._special(node)
            elif name[0] == "_" and not is_dunder(name):
                self.kept.update(
                    node for node in nodes if isinstance(node, ast.Attribute) and not _is_part(node, selves)
                )

    def _matters(self, name: str) -> bool:
        """Whether reading an attribute of this name may be a finding, or lead to one, on any object."""
        return self.is_special(name) or self._is_reached(name)

    def _is_reached(self, name: str) -> bool:
        """Whether this is a finding in a module that the project hands about, so that any object may be it."""
        may_have = self.outlooks.catalogue.may_have
        steps = [self.outlooks.step(known, name) for module, known in self._escaped.items() if may_have(module, name)]
        return Prospect.BAD in [step.prospect for step in steps]

    def _special(self, node: ast.Name | ast.Attribute) -> None:
        """Keep an attribute that may be a finding on any object, and what is done with it at once."""
        if isinstance(node, ast.Name):
            if is_dunder(node.id):
                self.kept.add(node)
            return
        parent = self.parents[node]
        is_called = isinstance(parent, ast.Call) and parent.func is node
        if not is_called or self._is_reached(node.attr):
            self.spread.flow(node, Weight.FOUND)
        above: ast.AST = node
        while True:
            self.kept.add(above)
            if not isinstance(self.parents[above], GOING_ON):
                return
            above = self.parents[above]

    def _patterns(self, table: Table) -> None:
        """Follow the attributes that class patterns read."""
        for read in table.pattern_reads:
            if not read.name or self._matters(read.name):
                self.spread.flow(read.subject, Weight.GIVING)
            else:
                self.spread.read_by_name(read.name, read.subject)

    # Changes

    def _changes(self, path: str, table: Table) -> None:
        """Keep what may change something outside the project: all but the object itself and plain containers."""
        selves = _selves(table)
        own = table.bound.keys() - self.origins.imported[path].keys()
        for node in table.changes:
            if isinstance(node, ast.Attribute):
                is_own = self._is_own_change(node, selves)
            else:
                is_own = self._is_plain(node.value) and _root(node.value) in own
            if not is_own:
                self.kept.add(node)

    def _is_plain(self, holder: ast.expr) -> bool:
        """Whether no symbol that has items to change is bound to a name or attribute."""
        if isinstance(holder, ast.Name):
            return not self.spread.matters(holder)
        return isinstance(holder, ast.Attribute) and not self.spread.matters(holder) and holder not in self.kept

    def _is_own_change(self, node: ast.Attribute, selves: Collection[str]) -> bool:
        if self.is_special(node.attr) or is_dunder(node.attr) or not _is_part(node, selves):
            return False
        assert isinstance(node.value, ast.Name)  # noqa: S101 - only such are parts of the object itself
        if self.spread.matters(node.value):
            return False
        method = self._method_of(node)
        return method is not None and not self.spread.is_named(method)

    def _method_of(self, node: ast.Attribute) -> str | None:
        """The name of the method to which the ``self`` of an expression belongs."""
        assert isinstance(node.value, ast.Name)  # noqa: S101 - only such are parts of the object itself
        scope: Scope | None = self.modules.trees.scope_of[node]
        while scope is not None and node.value.id not in scope.names:
            scope = scope.parent
        return getattr(scope.node, "name", None) if scope is not None else None


def _holds_text(node: ast.AST) -> bool:
    """Whether there is a text in the annotation of a parameter, variable or function."""
    todo = [getattr(node, "annotation", None) or getattr(node, "returns", None)]
    while todo:
        part = todo.pop()
        if isinstance(part, ast.Constant):
            if isinstance(part.value, str):
                return True
        elif isinstance(part, ast.Subscript):
            todo += (part.value, part.slice)
        elif isinstance(part, ast.Tuple | ast.List):
            todo += part.elts
        elif isinstance(part, ast.BinOp):
            todo += (part.left, part.right)
        elif not isinstance(part, ast.Name | ast.Attribute):
            return True
    return False


def _is_plain_template(call: ast.AST, callee: ast.AST) -> bool:
    """Whether a call fills in a template that is written out and reads no attribute and no item."""
    match call:
        case ast.Call(func=ast.Attribute(value=ast.Constant(value=str() as text), attr="format") as method):
            fields = fold.template_fields(text) or [] if method is callee else ["."]
            return not any("." in field or "[" in field for field in fields)
    return False


def _root(node: ast.expr) -> str:
    """The name that a chain of attributes begins with; empty where it begins otherwise."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _selves(table: Table) -> frozenset[str]:
    """The usual names of a method's own object that mean nothing else in a file."""
    return frozenset(name for name in SELVES if all(binding.how is How.SELF for binding in table.bound.get(name, ())))


def _is_part(node: ast.AST, selves: Collection[str]) -> bool:
    """Whether a node is an attribute of a method's own object."""
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in selves

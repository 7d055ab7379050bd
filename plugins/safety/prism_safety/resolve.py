"""What each expression of a project may denote.

Names are variables: the value of a variable is the union over everything that is bound to it anywhere in its scope,
whatever the order (the rules want "may", not "does"). Attributes of objects are variables by their name alone, over the
whole project: what is stored under ``.t`` somewhere may be read by any ``.t``.
"""

import ast
import builtins
import collections
import types
from collections.abc import Callable, Sequence
from functools import cached_property

from msgspec.structs import replace

from prism.project import SourceFile
from prism_safety import fold, paths, values
from prism_safety.callers import PlainSight, is_called_here
from prism_safety.calls import NOBODY, apply, targets
from prism_safety.catalogue import is_dunder
from prism_safety.escapes import escaped_modules
from prism_safety.expressions import Expressions
from prism_safety.fallbacks import GETATTR, Fallbacks
from prism_safety.imported_names import MAX_STAR_HOPS, ImportedNames
from prism_safety.memo import Memo
from prism_safety.methods import Target, call_method
from prism_safety.modules import OwnModules
from prism_safety.outlook import Outlooks, Prospect
from prism_safety.own_lists import OwnLists
from prism_safety.scopes import Binding, FunctionNode, How, Step, Take, Variable, lookup
from prism_safety.values import (
    NOTHING,
    UNKNOWN,
    Atom,
    Constant,
    Fragment,
    Place,
    Symbol,
    Value,
    constant,
    container,
    union,
)

MAX_PATH_PARTS = 8
NAMING = frozenset({"__name__", "__qualname__", "__module__", "__doc__"})
PLAIN_METHODS = frozenset(
    name
    for kind in (str, bytes, int, float, dict, list, set, tuple, collections.deque, types.GeneratorType)
    for name in dir(kind)
)
"""What constants and containers have."""
EVALUATING = ("singledispatch", "singledispatchmethod")
"""Functions that evaluate the annotations of what they are given."""
LEAVING_METHODS = frozenset({"__exit__", "__aexit__"})
ERROR_AT = 2
CAUGHT: Value = frozenset({Symbol(values.CAUGHT)})
LISTING_METHODS = frozenset({"named_children", "named_modules", "named_parameters", "named_buffers"})


class Resolver:
    """Values of the expressions of one project."""

    def __init__(self, modules: OwnModules, outlooks: Outlooks) -> None:
        self.modules = modules
        self.outlooks = outlooks
        self.catalogue = outlooks.catalogue
        self.targets: dict[ast.Call, Sequence[Target]] = {}
        """What each call may call, once that is known for good."""
        self._places: dict[ast.AST, Place] = {}
        self.scope_of = modules.trees.scope_of
        self.inner = modules.inner
        self.results = modules.trees.results
        self.parents = modules.trees.parents
        self.memo = Memo()
        self.is_plain: Callable[[FunctionNode], bool] = lambda _: False
        """Whether nothing that matters comes out of a function, as far as that is known yet."""
        self.escaped = escaped_modules(modules, lambda path: self.catalogue.listed(path) is not None)
        self._sight = PlainSight(modules)
        self.has_folder = any("checkpoint_dir" in scope.names for scope in self.inner.values())
        """Whether a function takes the folder for checkpoints, so that there are paths to follow."""
        self.expressions = Expressions(self)
        self.imports = ImportedNames(self)
        self._by_type: dict[type[ast.AST], Callable[..., Value]] = {
            ast.Constant: self._constant,
            ast.Attribute: self._attribute,
            ast.Call: self._call,
            ast.IfExp: lambda node: union([self.value(node.body), self.value(node.orelse)]),
            ast.BoolOp: lambda node: union(self.value(part) for part in node.values),
            ast.NamedExpr: lambda node: self.value(node.value),
            ast.Await: lambda node: self.value(node.value),
            ast.Starred: lambda node: self.value(node.value),
            ast.Tuple: self.expressions.display,
            ast.List: self.expressions.display,
            ast.Set: self.expressions.display,
            ast.Dict: self.expressions.dict,
            ast.Subscript: self.expressions.subscript,
            ast.BinOp: self.expressions.operation,
            ast.UnaryOp: self.expressions.unary,
            ast.JoinedStr: lambda node: fold.concatenated(self.value(part) for part in node.values),
            ast.FormattedValue: self.expressions.formatted,
            ast.Lambda: lambda node: frozenset({self._function(node)}),
            ast.ListComp: self.expressions.comprehension,
            ast.SetComp: self.expressions.comprehension,
            ast.GeneratorExp: self.expressions.comprehension,
            ast.DictComp: lambda node: container([(None, self.value(node.value))]),
        }

    def place(self, node: ast.AST) -> Place:
        """Where a node stands."""
        known = self._places.get(node)
        if known is None:
            known = self._places[node] = self._place(node)
        return known

    def _place(self, node: ast.AST) -> Place:
        line, column = getattr(node, "lineno", 1), getattr(node, "col_offset", 0)
        end_line, end_column = getattr(node, "end_lineno", line), getattr(node, "end_col_offset", column)
        return Place(self.file(node).path, line, column, end_line, end_column)

    def file(self, node: ast.AST) -> SourceFile:
        """The file in which a node stands."""
        return self.modules.file_of(self.scope_of[node])

    def value(self, node: ast.AST) -> Value:
        """What an expression may denote."""
        known = self.memo.known.get(node)
        if known is not None:
            return known
        if isinstance(node, ast.Name):
            return self._name(node)
        evaluate = self._by_type.get(type(node))
        return UNKNOWN if evaluate is None else self.memo.remembered(node, evaluate)

    def variable(self, variable: Variable) -> Value:
        """What a variable may hold, by everything that is bound to it."""
        return self.memo.remembered(variable, self._bound)

    # Variables

    def _bound(self, variable: Variable) -> Value:
        found = NOTHING
        for binding in variable.bindings:
            found = union([found, self._binding(binding, found)])
            self.memo.spend(1 + len(found))
        return self._from_callers(variable) if self._is_filled_in_sight(variable, found) else found

    def _is_filled_in_sight(self, variable: Variable, found: Value) -> bool:
        """Whether this is a parameter which nobody fills but the calls that are seen."""
        opaque = [binding.node for binding in variable.bindings if binding.how is How.OPAQUE]
        if len(variable.bindings) == 1 or not opaque or not isinstance(opaque[0], ast.arg):
            return False
        function = self.parents[self.parents[opaque[0]]]
        if isinstance(function, ast.Lambda):
            return is_called_here(function, self.parents)
        return self.has_folder and self._takes_path(function, variable, found)

    def _takes_path(self, function: ast.AST, variable: Variable, found: Value) -> bool:
        """Whether some call gives a function in plain sight a path in the folder."""
        is_contract = getattr(function, "name", "") in self.catalogue.names.contract_functions
        if is_contract or not isinstance(function, ast.FunctionDef) or not self.is_in_plain_sight(function):
            return False
        arguments = [self.inner[function].names[part.arg] for part in (*function.args.args, *function.args.kwonlyargs)]
        return _holds_path(found) or any(_holds_path(self.variable(part)) for part in arguments if part is not variable)

    def _from_callers(self, variable: Variable) -> Value:
        """What the calls give a parameter, and its default: nobody else fills it."""
        given = [binding for binding in variable.bindings if binding.how is not How.OPAQUE]
        return union(self._binding(binding, NOTHING) for binding in given)

    def _binding(self, binding: Binding, before: Value) -> Value:
        match binding.how:
            case How.VALUE:
                held = self._part(binding)
                has_symbol = held is not UNKNOWN and Symbol in [type(atom) for atom in held]
                return values.passing(held, self.place(binding.node)) if has_symbol else held
            case How.ELEMENT:
                return container([(None, values.leaves(self._part(binding)))])
            case How.AUGMENTED:
                assert isinstance(binding.statement, ast.AugAssign)  # noqa: S101 - the binder gives it
                return paths.operated(binding.statement.op, before, self.value(binding.node))
            case How.IMPORT:
                assert isinstance(binding.node, ast.alias)  # noqa: S101 - the binder gives it
                statement = binding.statement if isinstance(binding.statement, ast.ImportFrom) else None
                return self.imports.imported(binding.node, statement)
            case How.DEFINITION:
                return self._defined(binding.node)
            case How.SELF:
                owner = self.scope_of[binding.node].node
                return frozenset({values.Instance(owner)}) if isinstance(owner, ast.ClassDef) else UNKNOWN
            case How.OPAQUE:
                return self._handed_in(binding.node)

    def _defined(self, node: ast.AST) -> Value:
        if isinstance(node, ast.ClassDef):
            return frozenset({values.Class(node)})
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            return union([frozenset({self._function(node)}), self._decorated(node)])
        return UNKNOWN

    def _function(self, node: FunctionNode) -> values.Function:
        return values.Function(node, plain=self.is_plain(node))

    def _decorated(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Value:
        """What the decorators of a function put in its place, as far as it is known."""
        made: Value = frozenset({self._function(node)})
        for decorator in reversed(node.decorator_list):
            callees = values.ordered(self.value(decorator))
            made = union(self.call(callee, (made,), self.place(decorator)) for callee in callees)
        return made - UNKNOWN

    def _handed_in(self, node: ast.AST) -> Value:
        """A parameter nobody in the project fills: anything, or one of the evaluator's own objects."""
        lists = self.catalogue.names
        if isinstance(node, ast.ExceptHandler) or (isinstance(node, ast.arg) and self._is_error(node)):
            return frozenset({Symbol(values.CAUGHT, trail=(self.place(node),)), *UNKNOWN})
        if not isinstance(node, ast.arg) or node.arg not in lists.handed_in:
            return UNKNOWN
        function = self.parents[self.parents[node]]
        is_contract = isinstance(function, ast.FunctionDef) and function.name in lists.contract_functions
        is_contract = is_contract and isinstance(self.parents[function], ast.Module)
        symbol = Symbol(f"{values.ARGUMENT}{node.arg}", trail=(self.place(node),))
        if symbol.path == values.FOLDER:
            is_exact = is_contract and self.is_in_plain_sight(function)
            return frozenset({symbol} if is_exact else {symbol, *UNKNOWN})
        return frozenset({symbol, *UNKNOWN}) if is_contract else UNKNOWN

    def _is_error(self, node: ast.arg) -> bool:
        """Whether a parameter is the error that a ``with`` statement hands to an own context."""
        function = self.parents[self.parents[node]]
        is_exit = isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) and function.name in LEAVING_METHODS
        above = self.parents[node]
        return is_exit and isinstance(above, ast.arguments) and node in above.args[ERROR_AT:][:1]

    def is_in_plain_sight(self, function: ast.AST) -> bool:
        """Whether a function is named for nothing but calls, so that all arguments of its parameters are known."""
        if isinstance(function, ast.FunctionDef) and isinstance(self.parents.get(function), ast.ClassDef):
            return self._sight.shows_method(function) and not self.own_lists.is_computed(function.name)
        return self._sight.shows(function, self.file(function).module)

    def _part(self, binding: Binding) -> Value:
        return self.part(binding.node, binding.steps)

    def part(self, node: ast.AST, steps: tuple[Step, ...]) -> Value:
        """The part of an expression's value that the steps lead to."""
        value = self.value(node)
        for step in steps:
            if step.take is Take.EACH:
                value = union([values.elements(value), values.elements(self.special(value, "__iter__"))])
            elif step.take is Take.REST:
                value = container([(None, values.elements(value))])
            elif step.take is Take.ENTER:
                yielded = values.elements(frozenset(atom for atom in value if isinstance(atom, values.Items)))
                value = union([value, yielded, self.special(value, "__enter__", "__aenter__")])
            elif step.take is Take.POSITIONAL:
                named = [self.attribute(value, name, self.place(node)) for name in self.positional_names()]
                value = union([value, values.elements(value), *named])
            elif step.take is Take.ITEM:
                value = values.item(value, constant(step.key))
            else:
                value = self.attribute(value, str(step.key), self.place(node))
        return value

    def positional_names(self) -> list[str]:
        """The attributes that class patterns may read by position, by every ``__match_args__`` of the project."""
        return values.texts(values.leaves(self.stored("__match_args__")))

    # Names and attributes

    def _constant(self, node: ast.Constant) -> Value:
        value = node.value
        return constant(value) if value is None or isinstance(value, str | bytes | int | float) else UNKNOWN

    def _name(self, node: ast.Name) -> Value:
        """What a name may be; its variables are remembered, and it too once all of them are known for good."""
        scope, known = self.scope_of[node], self.memo.known
        variables, is_open = lookup(scope, node.id, (node.lineno, node.col_offset))
        if len(variables) == 1 and not is_open:
            value = self.variable(variables[0])
            if variables[0] in known:
                known[node] = value
            return value
        found = [self.variable(variable) for variable in variables]
        is_settled = all(variable in known for variable in variables)
        if is_open:
            place = self.place(node)
            plain = node.id not in self.outlooks.builtins
            if not (plain and variables) or hasattr(builtins, node.id):  # else nothing has the name but the project
                found.append(frozenset({Symbol(f"builtins.{node.id}", origin=place, trail=(place,), plain=plain)}))
            if scope.root.stars:
                found.append(self.imports.starred(scope.root, node.id, place, MAX_STAR_HOPS))
                is_settled = False
        value = union(found)
        if is_settled:
            known[node] = value
        return value

    def _attribute(self, node: ast.Attribute) -> Value:
        return self.attribute(self.value(node.value), node.attr, self.place(node))

    def attribute(self, value: Value, name: str, place: Place) -> Value:
        """What an attribute of a value may be."""
        self.memo.spend(len(value))
        if value == UNKNOWN and not self.escaped and name not in self.modules.fields:
            return UNKNOWN
        found = [None if atom in CAUGHT else self._attribute_of(atom, name, place) for atom in values.ordered(value)]
        if None in found:
            found += [self.stored(name), self.special(value, "__getattr__"), self._beyond(value, name)]
            found += self._put_by_item(value) if name != "__dict__" else []
            found += self._passed_on(value, name, place)
            if value - CAUGHT == UNKNOWN:
                found.append(self._escaped(name, place))
        return union([part for part in found if part is not None])

    def _attribute_of(self, atom: Atom, name: str, place: Place) -> Value | None:
        """The attribute of one atom; ``None`` when only its name says what it may be."""
        match atom:
            case _ if name == "enter_result":  # of a null context, whose value stands for what it holds
                return frozenset({atom})
            case Symbol() if name == "__call__":
                return frozenset({replace(atom, origin=place)})
            case values.Function() | values.Partial() | values.Getter() | values.Method() if name == "__call__":
                return frozenset({atom})
            case Symbol() if name == "__version__":
                return frozenset({fold.ANY_TEXT})
            case Symbol():
                return frozenset({self.below(atom, name, place)})
            case values.OwnModule(name=module):
                return self.imports.member(module, name, place)
            case values.Items() | Constant() | Fragment():
                return values.method(atom, name) if name in PLAIN_METHODS else NOTHING
            case values.Class() | values.Function() if name in NAMING:
                return frozenset({fold.ANY_TEXT})
            case values.Partial(callee=callee) if name == "func":
                return callee
        return None

    @cached_property
    def evaluates_annotations(self) -> bool:
        """Whether the project names a function that evaluates annotations."""
        return self.modules.mentions(EVALUATING)

    @cached_property
    def own_lists(self) -> OwnLists:
        """The attributes that hold lists which only the project fills, looked for when one is first read."""
        return OwnLists(self.modules, self.value)

    def _beyond(self, value: Value, name: str) -> Value:
        """What an attribute may be besides what the project stores under its name: nothing for a list of its own."""
        owners = [atom.node for atom in value if isinstance(atom, values.Instance)]
        is_own = len(owners) == len(value) and all(self.own_lists.is_known(name, owner) for owner in owners)
        return NOTHING if is_own else UNKNOWN

    @cached_property
    def fallbacks(self) -> Fallbacks:
        """The wrappers that pass on what they lack, looked for when an attribute of an own object is first read."""
        return Fallbacks(self.modules, self.parents)

    def _passed_on(self, value: Value, name: str, place: Place) -> list[Value]:
        """What own objects that lack an attribute get from what they wrap."""
        if GETATTR not in self.modules.fields or not any(isinstance(atom, values.Instance) for atom in value):
            return []
        calls = [call for call in self.fallbacks.calls if not self.stored(name)]
        return [self.memo.remembered((call.args[0], name, place), self._asked) for call in calls]

    def _asked(self, asked: tuple[ast.expr, str, Place]) -> Value:
        node, name, place = asked
        return self.attribute(self.value(node), name, place)

    def _put_by_item(self, value: Value) -> list[Value]:
        """What the project puts into the ``__dict__`` of its own objects, under whatever name."""
        is_own = "__dict__" in self.modules.fields and any(isinstance(atom, values.Instance) for atom in value)
        return [values.leaves(values.elements(self.stored("__dict__")))] if is_own else []

    def _escaped(self, name: str, place: Place) -> Value:
        """What an attribute of something that nobody can follow is, if that is a module the project hands about."""
        modules = [module for module in self.escaped if self.catalogue.may_have(module, name)]
        reached = [self.below(Symbol(module), name, place) for module in modules]
        return frozenset(symbol for symbol in reached if self.is_finding(symbol))

    def stored(self, name: str) -> Value:
        """What the project stores under an attribute name; a property is what it returns."""
        variable = self.modules.fields.get(name)
        if variable is None:
            return NOTHING
        found = self.variable(variable)
        functions = [atom.node for atom in values.ordered(found) if isinstance(atom, values.Function)]
        read = [self.variable(self.results[node]) for node in functions if _is_property(node)]
        if name != "__get__":
            read.append(self.special(found, "__get__"))
        return union([found, *read])

    def special(self, value: Value, *names: str) -> Value:
        """What special methods of the project's own objects among a value return."""
        known = [name for name in names if name in self.modules.fields]
        if not known or not any(isinstance(atom, values.Instance | values.Class) for atom in value):
            return NOTHING
        stored = [atom for name in known for atom in values.ordered(self.stored(name))]
        methods = [atom.node for atom in stored if isinstance(atom, values.Function)]
        return union(self.variable(self.results[node]) for node in methods)

    def stored_like(self, fragment: Fragment) -> Value:
        """What the project stores under all attribute names that a partly known name may turn out to be."""
        return union(self.stored(name) for name in self.modules.fields if fragment.could_be(name))

    def below(self, symbol: Symbol, name: str, place: Place) -> Symbol:
        """The symbol that is attribute ``name`` of another symbol."""
        if symbol.blamed or self._is_settled(symbol.path, name):
            return symbol
        blamed = self.is_blamable(symbol)
        path, via = self.catalogue.step(symbol.path, name)
        if symbol.path.count(".") >= MAX_PATH_PARTS or symbol.path.startswith(f"{values.FOLDER}."):
            path, via = symbol.path, ""
        plain = not via and self.outlooks.of(path).prospect is Prospect.HARMLESS
        return Symbol(path, blamed, place, values.longer(symbol.trail, place), via, plain)

    def _is_settled(self, path: str, name: str) -> bool:
        """Whether an attribute of a symbol can be no more than the symbol, so that paths do not grow without end."""
        if name[:1] == "_":
            return False
        outlook = self.outlooks.of(path)
        is_harmless = outlook.prospect is Prospect.HARMLESS
        return is_harmless and self.outlooks.step(outlook, name).prospect is Prospect.HARMLESS

    def is_blamable(self, symbol: Symbol) -> bool:
        """Whether a symbol is a finding by the way it was reached, so that what lies below it needs none."""
        last = symbol.path.rpartition(".")[2]
        return (
            bool(symbol.via)
            or self.catalogue.is_private(symbol.path)
            or (is_dunder(last) and self.catalogue.unsafe_attribute(last))
        )

    # Calls, containers and operators

    def _call(self, node: ast.Call) -> Value:
        listed = self._method_given(node)
        if listed is not None:
            return listed
        called = targets(self, node)
        if called is NOBODY:
            return UNKNOWN
        place = self.place(node)
        return union(
            [UNKNOWN if paths.keeps_inside(target, node, self) else self._given(target, place) for target in called]
        )

    def _method_given(self, node: ast.Call) -> Value | None:
        """What the methods of ``torch.nn.Module`` give that list its parts: names that are no special ones."""
        if not isinstance(node.func, ast.Attribute) or node.func.attr not in LISTING_METHODS:
            return None
        if self.stored(node.func.attr):
            return None
        pair = container([(Constant(0, int), frozenset({fold.PART_NAME})), (Constant(1, int), UNKNOWN)])
        return container([(None, pair)])

    def _given(self, target: Target, place: Place) -> Value:
        """What a call gives; what a finding gives needs no finding of its own."""
        given = apply(self, target, place)
        callee = target.callee
        if isinstance(callee, Symbol) and given == UNKNOWN and self.is_finding(callee):
            return frozenset({replace(callee, blamed=True, origin=place)})
        return given

    def is_finding(self, symbol: Symbol) -> bool:
        """Whether using a symbol is a finding already, by what it is or by how it was reached."""
        if symbol.blamed or self.is_blamable(symbol):
            return True
        is_foreign = not symbol.path.startswith(
            ("builtins.", values.ARGUMENT)
        ) and not self.catalogue.is_allowed_import(symbol.path)
        return is_foreign or self.catalogue.forbidden(symbol.path) is not None

    def call(self, callee: Atom, arguments: tuple[Value, ...], place: Place) -> Value:
        """What calling one thing with these arguments gives."""
        return apply(self, Target(callee, arguments, {}), place)

    def call_method(self, receiver: Constant, name: str, arguments: tuple[Value, ...]) -> Value:
        """What a method of a constant gives."""
        return call_method(frozenset({receiver}), name, arguments)


def _holds_path(value: Value) -> bool:
    return any(map(paths.is_path, value))


def _is_property(node: ast.AST) -> bool:
    names = {getattr(part, "id", getattr(part, "attr", "")) for part in getattr(node, "decorator_list", [])}
    return not names.isdisjoint({"property", "cached_property"})

"""Reviews which attributes are read, however the reading is spelled, and which special methods are defined."""

import ast
import functools
from collections.abc import Callable

from prism_safety import fold
from prism_safety.calls import targets
from prism_safety.capability_rules import FILESYSTEM
from prism_safety.catalogue import Catalogue, is_dunder
from prism_safety.methods import Target
from prism_safety.paths import is_path
from prism_safety.report import Report
from prism_safety.resolve import Resolver
from prism_safety.rules import (
    BY_NAME,
    COMPUTED_ATTRIBUTE,
    LEAKED_MODULE,
    PRIVATE_SYMBOL,
    UNSAFE_ATTRIBUTE,
    UNSAFE_METHOD,
)
from prism_safety.scopes import Binding, How, PatternRead, Step, Table, Take, lookup
from prism_safety.values import (
    ARGUMENT,
    CAUGHT,
    UNKNOWN,
    Class,
    Constant,
    Fragment,
    Getter,
    Instance,
    Method,
    Number,
    OwnModule,
    Symbol,
    Unknown,
    Value,
    rank,
    symbols,
    texts,
)

TEMPLATE_METHODS = frozenset({"format", "format_map"})
NAME_AT = {
    "builtins.getattr": 1,
    "builtins.setattr": 1,
    "builtins.delattr": 1,
    "builtins.hasattr": 1,
    "operator.methodcaller": 0,
}
"""Functions that take an attribute's name, and the position of that argument."""
READING = frozenset(
    f"builtins.{name}" for name in ("len", "list", "tuple", "dict", "sorted", "set", "print", "str", "bool")
)
"""Functions that read what they are given, and leave it as it is."""
CHANGERS = frozenset({"builtins.setattr", "builtins.delattr"})
EACH = Step(Take.EACH)
ANNOTATIONS = "__annotations__"
CAUGHT_ATTRIBUTES = frozenset({"obj", "path"})
"""What some errors hold besides their text: the object that was asked for an attribute, the file of a module."""
PLAIN_WORDS = frozenset({"system", "touch", "dump"})
"""Methods that reach outside, and are ordinary words for data as well: looked at when they are called."""
NAMED_METHODS = frozenset({"__setattr__", "__delattr__", "__getattr__"})


def special_names(catalogue: Catalogue) -> Callable[[str], bool]:
    """Whether an attribute of some name may be a finding on any object, whatever is known of it."""
    lists = catalogue.names
    named = TEMPLATE_METHODS | NAMED_METHODS | lists.path_methods | lists.module_attributes_on_any_object
    named |= {*lists.calls_on_any_object, *CAUGHT_ATTRIBUTES, ANNOTATIONS}
    named |= {"__enter__", "__exit__", *catalogue.forbidden_of_arguments()}

    @functools.cache
    def is_special(name: str) -> bool:
        return name in named or catalogue.unsafe_attribute(name) or (is_dunder(name) and name in lists.unsafe_methods)

    return is_special


class AttributeReview:
    """The attributes read in a project."""

    def __init__(self, resolver: Resolver, report: Report) -> None:
        self.resolver = resolver
        self.catalogue = resolver.catalogue
        self.report = report
        self._followed: set[ast.AST] = set()
        """Expressions that go on from an attribute which is a finding already."""

    def look(self, node: ast.AST) -> None:
        """Review one node; its parts have been reviewed before."""
        base = _base(node)
        if base in self._followed:
            self._followed.add(node)
        elif isinstance(node, ast.Attribute):
            self._attribute(node)
        elif isinstance(node, ast.Name):
            self._name(node)
        elif isinstance(node, ast.Call):
            self._call(node)

    def patterns(self, table: Table) -> None:
        """Review the attributes that class patterns read from their subjects."""
        for read in table.pattern_reads:
            self._pattern(read)

    # Spelled out

    def _attribute(self, node: ast.Attribute) -> None:
        value = self.resolver.value(node.value)
        if node.attr == "__class__" and not isinstance(node.ctx, ast.Load):
            self.report.add(UNSAFE_ATTRIBUTE, node, "This changes the class of an object.")
        if isinstance(node.ctx, ast.Store) and (
            self._is_hook(node.attr, node) or self._is_answer(value, node.attr, node)
        ):
            return
        if node.attr == ANNOTATIONS and not self._only_reads(node):
            self._annotations(node)
        self._outside(value, node.attr, node)
        self._read(value, node.attr, node)
        if node.attr in TEMPLATE_METHODS:
            self._template(value, node)

    def _annotations(self, node: ast.AST) -> None:
        message = "This changes annotations, from which libraries make code."
        self.report.add(BY_NAME["dynamic-code"], node, message, remedy="Write the annotations out where they belong.")

    def _only_reads(self, node: ast.AST) -> bool:
        """Whether annotations that are read here cannot be changed through what is read."""
        match self.resolver.parents[node]:
            case ast.Subscript(value=held, ctx=ast.Load()) | ast.For(iter=held) | ast.comprehension(iter=held):
                is_read = held is node
            case ast.Attribute(attr=method):
                is_read = method in {"items", "keys", "values", "get", "copy"}
            case ast.Call(func=function):
                called = self.resolver.value(function)
                is_read = bool(called) and all(isinstance(atom, Symbol) and atom.path in READING for atom in called)
            case parent:
                is_read = isinstance(parent, ast.Compare | ast.Expr | ast.FormattedValue | ast.If | ast.BoolOp)
        return is_read and isinstance(getattr(node, "ctx", ast.Load()), ast.Load)

    def _is_hook(self, name: str, node: ast.AST) -> bool:
        """Whether a special method that other code runs is put into a class from outside."""
        reason = self.catalogue.names.unsafe_methods.get(name)
        if reason is not None:
            self.report.add(UNSAFE_METHOD, node, f"`{name}` is not allowed: {reason}.")
        return reason is not None

    def _is_answer(self, value: Value, name: str, node: ast.AST) -> bool:
        """Whether a method by which a tensor tells what is in it is replaced in an object of somebody else's class."""
        is_answer = name in self.catalogue.names.answers and self._is_unowned(value)
        if is_answer:
            self.report.add(BY_NAME["evaluator-tampering"], node, f"This replaces what `.{name}` answers.")
        return is_answer

    def _sets(self, receiver: Value, names: Value, node: ast.AST) -> bool:
        """Whether setting attributes by these names is a finding by the names alone."""
        found = [name for name in texts(names) if self._is_hook(name, node) or self._is_answer(receiver, name, node)]
        return bool(found)

    def _outside(self, value: Value, name: str, node: ast.AST, *, is_called: bool = False) -> None:
        """Review the reading of a method that reaches files on whatever object it is.

        A method that is spelled out and called is looked at where it is called.
        """
        rule = self.catalogue.names.calls_on_any_object.get(name)
        is_spelled = isinstance(node, ast.Attribute) and getattr(self.resolver.parents[node], "func", None) is node
        is_plain = is_spelled or (name in PLAIN_WORDS and not is_called)
        if rule is not None and self._is_unowned(value) and not is_dunder(name) and (name[0] == "_" or not is_plain):
            self.report.add(BY_NAME[rule], node, f"`.{name}` of something unknown reaches outside the process.")

    def _name(self, node: ast.Name) -> None:
        if node.id == ANNOTATIONS and not self._only_reads(node):
            self._annotations(node)
        if (
            not is_dunder(node.id)
            or not isinstance(node.ctx, ast.Load)
            or node.id in self.catalogue.names.module_dunders
        ):
            return
        path = f"builtins.{node.id}"
        is_plain = any(symbol.path == path for symbol in symbols(self.resolver.value(node)))
        if is_plain and self.catalogue.forbidden(path) is None:
            self.report.add(UNSAFE_ATTRIBUTE, node, f"`{node.id}` leads into the interpreter's own objects.")

    def _read(self, value: Value, name: str, node: ast.AST) -> None:
        """Review the reading of one attribute, by name, from a value."""
        if name == "__dict__" and value and all(isinstance(atom, Instance) for atom in value):
            return
        if self.catalogue.unsafe_attribute(name):
            self._followed.add(node)
            if not any(symbol.blamed or symbol.via for symbol in symbols(value)):
                self.report.add(UNSAFE_ATTRIBUTE, node, f"`{name}` leads into the interpreter's own objects.")
        elif name in CAUGHT_ATTRIBUTES and any(symbol.path == CAUGHT for symbol in symbols(value)):
            self.report.add(UNSAFE_ATTRIBUTE, node, f"`{name}` of an error leads to what another library was doing.")
        elif name in self.catalogue.names.path_methods and self._is_unowned(value):
            self.report.add(FILESYSTEM, node, f"`.{name}` of something unknown works on files.")
        elif name in self.catalogue.names.module_attributes_on_any_object and self._is_unowned(value):
            self.report.add(LEAKED_MODULE, node, f"`.{name}` of something unknown may be the module `{name}`.")

    def _is_unowned(self, value: Value) -> bool:
        is_owned = any(
            isinstance(atom, OwnModule)
            or (isinstance(atom, Instance) and not self._is_wrapper(atom.node))
            or (isinstance(atom, Symbol) and not atom.path.startswith(ARGUMENT))
            for atom in value
        )
        return not is_owned and any(isinstance(atom, Unknown) for atom in value)

    def _is_wrapper(self, node: ast.ClassDef) -> bool:
        """Whether objects of a class pass on what they lack, so that their attributes are anybody's."""
        return bool(self.resolver.fallbacks.calls) and "__getattr__" in self.resolver.inner[node].names

    def _pattern(self, read: PatternRead) -> None:
        names = [read.name] if read.name else self.resolver.positional_names()
        for name in names:
            self._pattern_read(read, name)

    def _pattern_read(self, read: PatternRead, name: str) -> None:
        value = self.resolver.part(read.subject, read.steps)
        if is_dunder(name):
            self.report.add(UNSAFE_ATTRIBUTE, read.pattern, f"This pattern reads `{name}`.")
            return
        if name in TEMPLATE_METHODS:
            self._computed(read.pattern)
        self._read(value, name, read.pattern)
        place = self.resolver.place(read.pattern)
        for symbol in symbols(self.resolver.attribute(value, name, place)):
            if symbol.origin == place:
                self._taken(symbol, read.pattern)

    def _taken(self, symbol: Symbol, node: ast.AST) -> None:
        """Review a symbol that no name or attribute node spells."""
        if symbol.blamed:
            return
        capability = self.catalogue.forbidden(symbol.path)
        if symbol.via:
            message = f"This takes the module `{symbol.path}` out of `{symbol.via.rpartition('.')[0]}`."
            self.report.add(LEAKED_MODULE, node, message, symbol=symbol)
        elif self.catalogue.is_private(symbol.path):
            self.report.add(PRIVATE_SYMBOL, node, f"This reads `{symbol.path}`.", symbol=symbol)
        elif capability is not None:
            message = f"This takes `{symbol.path}`, which {capability.says}."
            self.report.add(BY_NAME[capability.rule], node, message, symbol=symbol, remedy=capability.instead)

    # By a name that is an argument

    def _call(self, node: ast.Call) -> None:
        for target in targets(self.resolver, node):
            if isinstance(target.callee, Symbol):
                self._symbol_call(node, target.callee, target)
            elif isinstance(target.callee, Method) and not isinstance(node.func, ast.Attribute | ast.Name):
                if target.callee.name in TEMPLATE_METHODS:
                    self._template(target.callee.receiver, node)
            elif isinstance(target.callee, Getter) and TEMPLATE_METHODS.intersection(
                str(name.value) for name in target.callee.names
            ):
                self._template(target.argument(0), node)
        if isinstance(node.func, ast.Attribute):
            self._method_call(node, node.func)

    def _symbol_call(self, node: ast.Call, callee: Symbol, target: Target) -> None:
        path = callee.path
        if path in NAME_AT:
            receiver = target.argument(0) if NAME_AT[path] else self._receiver(node)
            is_change = path in CHANGERS and (self._is_own(receiver) or bool(symbols(receiver)))
            is_free = path == "builtins.hasattr" or is_change
            is_free = is_free or self.resolver.fallbacks.is_plain(node) or self._is_field_name(node)
            names = target.argument(NAME_AT[path])
            if path == "builtins.setattr" and self._sets(receiver, names, node):
                return
            if ANNOTATIONS in texts(names) and (path in CHANGERS or not self._only_reads(node)):
                self._annotations(node)
            if path in CHANGERS and "__class__" in texts(names):
                self.report.add(UNSAFE_ATTRIBUTE, node, "This changes the class of an object.")
            self._named(node, receiver, names, is_free=is_free)
        elif path == "operator.attrgetter":
            for names in target.arguments or (UNKNOWN,):
                is_path = any("." in name for name in texts(names))
                self._named(node, UNKNOWN if is_path else self._receiver(node), names, is_free=False)
            if not target.is_complete:
                self._computed(node)
        elif path in {"builtins.str.format", "builtins.str.format_map"}:
            self._template(target.argument(0), node)
        elif path.rpartition(".")[2] in NAMED_METHODS and path.startswith("builtins."):
            self._named(node, target.argument(0), target.argument(1), is_free=self._is_own(target.argument(0)))

    def _receiver(self, node: ast.Call) -> Value:
        """What a getter reads from, if it is used where it is made and nowhere else: ``attrgetter("head")(self)``."""
        match self.resolver.parents[node]:
            case ast.Call(func=getter, args=[given]) if getter is node and not isinstance(given, ast.Starred):
                return self.resolver.value(given)
        return UNKNOWN

    def _is_field_name(self, node: ast.Call) -> bool:
        """Whether the name is that of a dataclass's field, which a class body spells out."""
        name = node.args[1] if len(node.args) > 1 else None
        if not isinstance(name, ast.Attribute) or name.attr != "name" or not isinstance(name.value, ast.Name):
            return False
        variables, is_open = lookup(self.resolver.scope_of[name], name.value.id, (name.lineno, name.col_offset))
        bindings = [binding for variable in variables for binding in variable.bindings]
        are_fields = all(self._goes_through_fields(binding) for binding in bindings)
        return bool(bindings) and not is_open and are_fields and self.resolver.own_lists.keeps_fields

    def _goes_through_fields(self, binding: Binding) -> bool:
        """Whether a variable goes through what ``dataclasses.fields`` gives."""
        if binding.how is not How.VALUE or binding.steps != (EACH,) or not isinstance(binding.node, ast.Call):
            return False
        called = self.resolver.value(binding.node.func)
        return called == {Symbol("dataclasses.fields")}

    def _is_own(self, value: Value) -> bool:
        """Whether a value is an object of the project's own classes and nothing else."""
        return bool(value) and all(isinstance(atom, Instance) for atom in value)

    def _method_call(self, node: ast.Call, function: ast.Attribute) -> None:
        value = self.resolver.value(function.value)
        rule = self.catalogue.names.calls_on_any_object.get(function.attr)
        if function.attr in {"__enter__", "__exit__"} and self._is_unowned(value):
            message = "This enters a context that nothing leaves for certain."
            self.report.add(BY_NAME["evaluator-tampering"], node, message, remedy="Write a `with` statement.")
        if rule is not None and self._is_unowned(value) and not self.report.is_reported_at(function.value):
            message = f"`.{function.attr}(...)` of something unknown reaches outside the process."
            self.report.add(BY_NAME[rule], node, message)
        if function.attr in TEMPLATE_METHODS:
            self._traversals(value, node)
        if function.attr in NAMED_METHODS and node.args and not _is_class(value):
            is_free = function.attr != "__getattr__" or _is_super(function.value)
            names = self.resolver.value(node.args[0])
            self._named(node, value, names, is_free=is_free)
            for name in texts(names):
                for symbol in symbols(self.resolver.attribute(value, name, self.resolver.place(node))):
                    self._taken(symbol, node)

    def _named(self, node: ast.Call, receiver: Value, names: Value, *, is_free: bool) -> None:
        """Review the reading of an attribute whose name is a value; ``is_free`` lets names pass that are not known."""
        for name in sorted(names, key=rank):
            if isinstance(name, Constant):
                if name.value in NAMED_METHODS and not is_free:
                    self._computed(node)
                for part in str(name.value).split("."):
                    self._read(receiver, part, node)
                    self._outside(receiver, part, node, is_called=self._is_called(node, str(name.value)))
            elif isinstance(name, Number) or is_free:
                continue
            elif not isinstance(name, Fragment) or self._may_be_bad(receiver, name):
                self._computed(node)

    def _is_called(self, node: ast.Call, name: str) -> bool:
        """Whether the method that is read by its name is called at once, as ``getattr(x, name)(...)`` does."""
        names = {symbol.path for symbol in symbols(self.resolver.value(node.func))}
        is_at_once = getattr(self.resolver.parents[node], "func", None) is node and "." not in name
        return "operator.methodcaller" in names or (is_at_once and "builtins.getattr" in names)

    def _may_be_bad(self, receiver: Value, name: Fragment) -> bool:
        if any(map(is_path, receiver)):
            return True
        libraries = [symbol.path for symbol in symbols(receiver) if not symbol.path.startswith(ARGUMENT)]
        leaks = any(self.catalogue.could_leak(path, name) for path in libraries)
        return leaks or self.catalogue.could_be_unsafe(name)

    def _computed(self, node: ast.AST) -> None:
        self.report.add(COMPUTED_ATTRIBUTE, node, "The name of this attribute is not known before the program runs.")

    # Templates

    def _template(self, value: Value, node: ast.AST) -> None:
        """Review the attributes that a ``str.format`` template reads."""
        is_known = not any(isinstance(atom, Fragment) for atom in value) and not self._is_unknown_text(value)
        for text in texts(value) if is_known else ():
            for field in fold.template_fields(text) or ():
                self._template_field(field, node)
        if not is_known:
            message = "This template is not known before the program runs, so neither are the attributes it reads."
            remedy = "Write the template out, or use an f-string."
            self.report.add(COMPUTED_ATTRIBUTE, node, message, remedy=remedy)

    def _traversals(self, value: Value, node: ast.Call) -> None:
        """Review what a template's fields reach in the arguments it is given."""
        place = self.resolver.place(node)
        for text in texts(value):
            for index, field in enumerate(fold.template_fields(text) or ()):
                first, *rest = field.replace("[", ".").replace("]", "").split(".")
                reached = _argument(node, first or str(index), self.resolver)
                for part in rest:
                    reached = self.resolver.attribute(reached, part, place)
                    for symbol in symbols(reached):
                        self._taken(symbol, node)

    def _template_field(self, field: str, node: ast.AST) -> None:
        for part in field.replace("[", ".").replace("]", "").split(".")[1:]:
            if part.startswith("_") or self.catalogue.unsafe_attribute(part):
                self.report.add(UNSAFE_ATTRIBUTE, node, f"This template reads `{part}` of an object.")

    def _is_unknown_text(self, value: Value) -> bool:
        """Whether a receiver of ``.format`` may be any text: unknown, and not one of the project's own objects."""
        return any(isinstance(atom, Unknown) for atom in value) and not any(
            isinstance(atom, Symbol | Instance | OwnModule) for atom in value
        )


def _argument(node: ast.Call, name: str, resolver: Resolver) -> Value:
    """The argument that a template's field names, by position or by keyword."""
    named = [keyword.value for keyword in node.keywords if keyword.arg == name]
    if name.isdecimal() and int(name) < len(node.args):
        named.append(node.args[int(name)])
    return resolver.value(named[0]) if named else frozenset()


def _is_class(value: Value) -> bool:
    """Whether a value may be a class, so that its method's first argument is the object and not the name."""
    return any(isinstance(atom, Class) for atom in value) or any(
        symbol.path.rpartition(".")[2][:1].isupper() or symbol.path == "builtins.object" for symbol in symbols(value)
    )


def _is_super(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super"


def _base(node: ast.AST) -> ast.AST | None:
    """What an attribute is read from, a subscript taken of, or a call made to."""
    if isinstance(node, ast.Attribute | ast.Subscript):
        return node.value
    return node.func if isinstance(node, ast.Call) else None

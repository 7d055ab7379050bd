"""Where a project mentions a name: as an attribute, as a variable, or as a text by which an attribute is got or set."""

import ast
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from prism_safety.callers import is_called_here
from prism_safety.modules import OwnModules
from prism_safety.scopes import Binding, How, Step, Take, Variable, lookup
from prism_safety.values import NOTHING, Constant, Value, texts

BY_NAME = {
    **dict.fromkeys(("getattr", "setattr", "delattr"), 1),
    **dict.fromkeys(("add_module", "register_module", "register_buffer", "register_parameter", "methodcaller"), 0),
}
"""What gets or sets an attribute by its name, and the position of the name among the arguments."""
GETTER = "attrgetter"
"""Gets attributes by dotted paths, each argument one."""
OPENING = frozenset(
    {
        *("__dict__", "__setattr__", "__getattribute__", "__setstate__", "__getstate__", "__delattr__"),
        *("__match_args__", "vars", "_modules", "_buffers", "_parameters"),
    }
)
"""Names through which any attribute may be reached."""
PLAIN_DECORATORS = frozenset({"property", "staticmethod", "torch"})
MENTIONING = frozenset({ast.Attribute, ast.Name, ast.alias})
MAX_HOPS = 16


@dataclass(frozen=True, slots=True)
class Wanted:
    """The text that an expression is asked for, or the text that it is asked to begin."""

    text: str
    whole: bool = True

    def is_met(self, text: object) -> bool:
        """Whether a constant is the text, or its beginning."""
        return text == self.text if self.whole else isinstance(text, str) and self.text.startswith(text)


class OwnNames:
    """The mentions of names in a whole project."""

    def __init__(self, modules: OwnModules, value: Callable[[ast.AST], Value]) -> None:
        """``value`` gives what an expression may denote; it is asked about those that name nothing."""
        self._value = value
        self.parents = modules.trees.parents
        self.scopes = modules.trees.scope_of
        self._modules = modules
        self._attributes: dict[str, list[ast.Attribute]] = {}
        self._variables: dict[str, list[ast.Name]] = {}
        self._setters: list[ast.expr] = []
        """Expressions by whose value attributes are set."""
        self._texts: list[ast.expr] = []
        """Expressions by whose value attributes are got or set."""
        self._is_open = False
        self._following: set[object] = set()
        """Variables and attributes whose elements are being looked at: they add nothing to themselves."""
        for table in modules.tables.values():
            reads = {read.name for read in table.pattern_reads}
            self._texts += [ast.Constant(name) for name in sorted(reads)]
            self._is_open = self._is_open or "" in reads
            for node in table.order:
                if type(node) in MENTIONING:
                    self._take(node)

    def _take(self, node: ast.AST) -> None:
        if isinstance(node, ast.Attribute):
            self._attributes.setdefault(node.attr, []).append(node)
            self._reach(node, node.attr)
        elif isinstance(node, ast.Name):
            self._variables.setdefault(node.id, []).append(node)
            self._reach(node, node.id)
        elif isinstance(node, ast.alias):
            is_renamed = node.asname not in {None, node.name} and (node.name in BY_NAME or node.name == GETTER)
            self._is_open = self._is_open or node.name in OPENING or is_renamed or node.name == "Field"

    def _reach(self, node: ast.Attribute | ast.Name, name: str) -> None:
        self._is_open = self._is_open or name in OPENING
        position = BY_NAME.get(name, 0 if name == GETTER else None)
        if position is None:
            return
        call = self.parents[node]
        is_plain = isinstance(call, ast.Call) and call.func is node and len(call.args) > position
        if not isinstance(call, ast.Call) or not is_plain or any(isinstance(part, ast.Starred) for part in call.args):
            self._is_open = True
        elif name == GETTER:
            self._texts += [ast.Constant(word) for part in call.args for word in self._words(part)]
        else:
            self._texts.append(call.args[position])
            if name != "getattr":
                self._setters.append(call.args[position])

    def _words(self, path: ast.expr) -> list[str]:
        """The names in a dotted path; one that is not made of constants may have any."""
        atoms = self._made(path)
        self._is_open = self._is_open or not atoms or not all(isinstance(atom, Constant) for atom in atoms)
        return [word for text in texts(atoms) for word in text.split(".")]

    def mentions(self, name: str) -> list[ast.Attribute]:
        """Every attribute of this name."""
        return self._attributes.get(name, [])

    def written(self, name: str) -> list[ast.Name]:
        """Every variable of this name."""
        return self._variables.get(name, [])

    def is_computed(self, name: str) -> bool:
        """Whether an attribute may be got or set by this name other than by writing it."""
        return self._leads_on or self._may_name(name)

    @cached_property
    def _leads_on(self) -> bool:
        """Whether the project mentions a name through which any attribute may be reached, by writing it or not."""
        return self._is_open or any(map(self._may_name, sorted(OPENING)))

    def _may_name(self, name: str) -> bool:
        return any(self._may_be(text, Wanted(name), MAX_HOPS) for text in self._texts)

    def method_of(self, node: ast.AST) -> ast.FunctionDef | None:
        """The method of a class in which a node stands, if any."""
        while node in self.parents:
            above = self.parents[node]
            if isinstance(above, ast.ClassDef) and isinstance(node, ast.FunctionDef):
                return node
            node = above
        return None

    def is_own_method(self, method: ast.FunctionDef) -> bool:
        """Whether a method is surely called with an object of its class: by a library, or on ``self``."""
        decorators = {getattr(_root(part), "id", "") for part in method.decorator_list}
        if decorators - PLAIN_DECORATORS or self.is_computed(method.name):
            return False
        owner = self.parents[method]
        taken = any(self.scopes[node].node is owner for node in self.written(method.name))
        return not taken and all(map(self._is_of_self, self.mentions(method.name)))

    def _is_of_self(self, node: ast.Attribute) -> bool:
        """Whether an attribute is asked of the first parameter of a method, or of ``super()``."""
        if isinstance(node.value, ast.Call):
            return getattr(node.value.func, "id", "") == "super" and not node.value.args
        if not isinstance(node.value, ast.Name):
            return False
        variables, _ = lookup(self.scopes[node], node.value.id, (node.lineno, node.col_offset))
        return bool(variables) and all(binding.how is How.SELF for one in variables for binding in one.bindings)

    def keeps_fields(self) -> bool:
        """Whether nothing in the project gives a field of a dataclass another name than the one that it has."""
        names = [node for node in self.mentions("name") if not isinstance(node.ctx, ast.Load)]
        is_named = any(self._may_be(text, Wanted("name"), MAX_HOPS) for text in self._setters)
        rebuilding = ("__dataclass_fields__", "Field")
        is_rebuilt = any(self.mentions(name) or self.written(name) for name in rebuilding)
        is_led_on = any(isinstance(text, ast.Constant) and text.value in OPENING for text in self._texts)
        return not (self._is_open or is_led_on or is_named or is_rebuilt) and all(map(self._is_of_self, names))

    # Texts

    def _may_be(self, node: ast.AST, wanted: Wanted, hops: int) -> bool:
        """Whether an expression may be this text; anything but a few plain spellings may."""
        match node:
            case ast.Constant(value=value):
                return wanted.is_met(value)
            case ast.JoinedStr(values=[ast.Constant(value=str() as first), *_]):
                return wanted.text.startswith(first)
            case ast.JoinedStr(values=[ast.FormattedValue(value=first, format_spec=None), *_]) if hops:
                return self._may_be(first, Wanted(wanted.text, whole=False), hops - 1)
            case ast.BinOp(left=ast.Constant(value=str() as first), op=ast.Add()):
                return wanted.text.startswith(first)
            case ast.BinOp(left=ast.Constant(value=str() as first), op=ast.Mod()):
                return wanted.text.startswith(first.partition("%")[0])
            case ast.Name(id=held) if hops:
                return self._may_hold(node, held, (), wanted, hops - 1)
        return self._may_make(node, wanted)

    def _may_make(self, node: ast.AST, wanted: Wanted) -> bool:
        """Whether an expression may give this text; what is made of constants alone can be calculated."""
        atoms = self._made(node)
        return not atoms or any(not isinstance(atom, Constant) or wanted.is_met(atom.value) for atom in atoms)

    def _made(self, node: ast.AST) -> Value:
        """What an expression gives that names nothing; nothing for any other."""
        names_some = any(isinstance(part, ast.Name | ast.Lambda) for part in ast.walk(node))
        return NOTHING if names_some else self._value(node)

    def _may_hold(self, node: ast.Name, held: str, steps: tuple[Step, ...], wanted: Wanted, hops: int) -> bool:
        variables, is_open = lookup(self.scopes[node], held, (node.lineno, node.col_offset))
        return is_open or any(self._may_fill(variable, steps, wanted, hops) for variable in variables)

    def _may_fill(self, variable: Variable, steps: tuple[Step, ...], wanted: Wanted, hops: int) -> bool:
        """Whether anything bound to a variable may be this text."""
        if variable in self._following:
            return False
        self._following.add(variable)
        found = any(self._may_bind(binding, steps, wanted, hops) for binding in variable.bindings)
        self._following.discard(variable)
        return found

    def _may_bind(self, binding: Binding, steps: tuple[Step, ...], wanted: Wanted, hops: int) -> bool:
        """Whether what a binding gives, or what the further steps lead to in it, may be this text."""
        if binding.how is How.ELEMENT and steps:
            return self._may_be(binding.node, wanted, hops)
        if binding.how is How.OPAQUE and isinstance(binding.node, ast.arg):
            return not is_called_here(self.parents[self.parents[binding.node]], self.parents)
        if binding.how is not How.VALUE:
            return True
        taken = (*binding.steps, *steps)
        if taken:
            return self._element_may_be(binding.node, taken, wanted, hops)
        return self._may_be(binding.node, wanted, hops)

    def _element_may_be(self, node: ast.AST, steps: tuple[Step, ...], wanted: Wanted, hops: int) -> bool:
        """Whether an element of what an expression gives may be this text."""
        rest = hops - 1
        match node:
            case _ if not hops or steps[0].take is not Take.EACH:
                return True
            case ast.Call(func=ast.Name(id="enumerate"), args=[inner, *_]):
                is_element = len(steps) > 1 and steps[1] == Step(Take.ITEM, 1)
                return not is_element or self._element_may_be(inner, (steps[0], *steps[2:]), wanted, rest)
            case ast.List(elts=parts) | ast.Tuple(elts=parts) if len(steps) == 1:
                return any(self._may_be(part, wanted, rest) for part in parts)
            case ast.ListComp(elt=part) if len(steps) == 1:
                return self._may_be(part, wanted, rest)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return any(self._element_may_be(side, steps, wanted, rest) for side in (left, right))
            case ast.Subscript(value=inner, slice=ast.Slice()):
                return self._element_may_be(inner, steps, wanted, rest)
            case ast.Name(id=held):
                return self._may_hold(node, held, steps, wanted, rest)
            case ast.Attribute(attr=attribute):
                variable = self._modules.fields.get(attribute)
                return variable is None or self._may_fill(variable, steps, wanted, rest)
        return True


def _root(node: ast.expr) -> ast.expr:
    """What a dotted name or a call begins with."""
    while isinstance(node, ast.Attribute | ast.Call):
        node = node.value if isinstance(node, ast.Attribute) else node.func
    return node

"""Reviews class definitions: special methods that other code runs, and objects that pass for numbers and tensors."""

import ast

from prism_safety.capability_rules import EVALUATOR_TAMPERING
from prism_safety.catalogue import is_dunder
from prism_safety.report import Report
from prism_safety.resolve import Resolver
from prism_safety.rules import BY_NAME, UNSAFE_ATTRIBUTE, UNSAFE_METHOD
from prism_safety.scopes import Scope
from prism_safety.values import Class, symbols

META = frozenset({"builtins.type", "abc.ABCMeta", "enum.EnumMeta", "enum.EnumType"})
SCALARS = frozenset({"builtins.float", "builtins.int", "builtins.str", "builtins.bytes", "builtins.complex"})
TENSORS = frozenset({"torch.Tensor", "torch.nn.Parameter", "torch.nn.parameter.Parameter", "numpy.ndarray"})
ANSWERS = frozenset(
    {
        *("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__", "__float__", "__int__", "__bool__", "__index__"),
        *("__array__", "__hash__", "__round__", "item", "tolist", "numpy", "cpu", "detach", "mean", "sum", "float"),
    }
)
LISTS_OF_NAMES = frozenset({"__constants__", "__match_args__", "__slots__", "__test__"})
MAX_BASES = 20


def review_class(node: ast.ClassDef, resolver: Resolver, report: Report) -> None:
    """Report what a class defines that other code runs without naming it."""
    scope = resolver.inner[node]
    for name, reason in resolver.catalogue.names.unsafe_methods.items():
        _report(scope, name, f"`{name}` is not allowed: {reason}.", report)
    _report_fields(node, resolver, report)
    bases = _bases(node, resolver)
    if bases & META:
        for name in filter(is_dunder, scope.names):
            if any(isinstance(binding.node, ast.FunctionDef | ast.Lambda) for binding in scope.names[name].bindings):
                _report(scope, name, f"`{name}` of a metaclass runs while classes are made and used.", report)
    if bases & SCALARS:
        for name in sorted(ANSWERS.intersection(scope.names)):
            _report(scope, name, f"`{name}` changes what a number or text answers to other code.", report)
    if bases & TENSORS:
        for name in sorted(ANSWERS.intersection(scope.names)):
            message = f"`{name}` changes what a tensor answers to the code that scores it."
            for binding in scope.names[name].bindings:
                report.add(EVALUATOR_TAMPERING, binding.node, message)


def _report_fields(node: ast.ClassDef, resolver: Resolver, report: Report) -> None:
    """Report fields called like an attribute that leads into the interpreter: a dataclass reads its fields."""
    annotations = resolver.inner[node].names.get("__annotations__")
    for binding in annotations.bindings if annotations is not None else ():
        report.add(
            BY_NAME["dynamic-code"], binding.node, "Annotations put together by hand become code in a dataclass."
        )
    for part in node.body:
        name = part.target.id if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name) else ""
        if resolver.catalogue.unsafe_attribute(name) and name not in LISTS_OF_NAMES:
            report.add(UNSAFE_ATTRIBUTE, part, f"A field called `{name}` makes libraries read that attribute.")


def _report(scope: Scope, name: str, message: str, report: Report) -> None:
    variable = scope.names.get(name)
    for binding in variable.bindings if variable is not None else ():
        report.add(UNSAFE_METHOD, binding.node, message)


def _bases(node: ast.ClassDef, resolver: Resolver) -> frozenset[str]:
    """The library classes that a class derives from, over the project's own."""
    found: set[str] = set()
    todo, seen = [node], {node}
    while todo and len(seen) < MAX_BASES:
        for base in todo.pop().bases:
            value = resolver.value(base)
            found |= {symbol.path for symbol in symbols(value)}
            new = [atom.node for atom in value if isinstance(atom, Class) and atom.node not in seen]
            seen.update(new)
            todo += new
    return frozenset(found)

"""Reviews changes to what the project does not own: attributes of imported modules and classes."""

import ast

from prism_safety.calls import targets
from prism_safety.capability_rules import EVALUATOR_TAMPERING
from prism_safety.methods import Target
from prism_safety.report import Report
from prism_safety.resolve import Resolver
from prism_safety.rules import PATCHED_MODULE
from prism_safety.values import ARGUMENT, CAUGHT, NOTHING, Class, Instance, Symbol, Value, symbols

OPTIMIZER_METHODS = frozenset(
    {"step", "zero_grad", "add_param_group", "load_state_dict", "state_dict", "param_groups", "state"}
)
"""What an optimizer is asked for; other attributes are notes that a training loop keeps with it."""
SETTERS = frozenset({"builtins.setattr", "builtins.delattr"})
SETTING_METHODS = frozenset({"__setattr__", "__delattr__"})


def review_change(node: ast.AST, resolver: Resolver, report: Report) -> None:
    """Report an assignment to, or deletion of, a part of something imported."""
    if isinstance(node, ast.Attribute | ast.Subscript) and isinstance(node.ctx, ast.Store | ast.Del):
        _report(node, resolver.value(node.value), resolver, report)
        if isinstance(node, ast.Attribute) and _is_class_of_something(node.value, resolver):
            report.add(PATCHED_MODULE, node, "This changes the class of an object that is not the project's own.")
    elif isinstance(node, ast.Call):
        for target in targets(resolver, node):
            if isinstance(target.callee, Symbol):
                _report(node, _changed(target.callee, target), resolver, report)


def _changed(callee: Symbol, target: Target) -> Value:
    """What a call of a symbol sets or deletes an attribute of."""
    owner, _, method = callee.path.rpartition(".")
    if callee.path in SETTERS or callee.path == "functools.update_wrapper":
        return target.argument(0)
    if method not in SETTING_METHODS:
        return NOTHING
    is_class = owner == "builtins.object" or owner.rpartition(".")[2][:1].isupper()
    return target.argument(0) if is_class else frozenset({Symbol(owner, trail=callee.trail)})


def _is_class_of_something(node: ast.expr, resolver: Resolver) -> bool:
    """Whether an expression asks an object for its class, and gets one that nothing in the project defines."""
    if isinstance(node, ast.Call):
        asks = any(symbol.path == "builtins.type" for symbol in symbols(resolver.value(node.func)))
        held = resolver.value(node)
    else:
        asks = isinstance(node, ast.Attribute) and node.attr == "__class__"
        held = resolver.value(node.value) if isinstance(node, ast.Attribute) else NOTHING
    return asks and not any(isinstance(atom, Class | Instance) for atom in held)


def _report_handed_in(node: ast.AST, symbol: Symbol, report: Report) -> None:
    """Report a change to an attribute of what the evaluator hands in; items of a batch are the model's to change."""
    is_note = symbol.path == f"{ARGUMENT}optimizer" and getattr(node, "attr", "step") not in OPTIMIZER_METHODS
    if not isinstance(node, ast.Subscript) and not is_note:
        plain = symbol.path.removeprefix(ARGUMENT)
        report.add(EVALUATOR_TAMPERING, node, f"This changes `{plain}`, which belongs to the evaluator.", symbol=symbol)


def _report(node: ast.AST, value: Value, resolver: Resolver, report: Report) -> None:
    for symbol in symbols(value):
        if isinstance(node, ast.Subscript) and resolver.catalogue.is_definition(symbol.path):
            continue  # Neither classes nor functions take items; a list may hold some.
        if symbol.blamed or symbol.path in {CAUGHT, "builtins.__annotations__"}:
            continue
        if symbol.path.startswith(ARGUMENT):
            _report_handed_in(node, symbol, report)
            continue
        plain = symbol.path.removeprefix("builtins.")
        report.add(PATCHED_MODULE, node, f"This changes `{plain}` for everybody who uses it.", symbol=symbol)

"""Reviews changes to what the project does not own: attributes of imported modules and classes."""

import ast

from prism_safety.calls import Target, targets
from prism_safety.report import Report
from prism_safety.resolve import Resolver
from prism_safety.rules import PATCHED_MODULE
from prism_safety.values import NOTHING, Symbol, Value, symbols

SETTERS = frozenset({"builtins.setattr", "builtins.delattr"})
SETTING_METHODS = frozenset({"__setattr__", "__delattr__"})


def review_change(node: ast.AST, resolver: Resolver, report: Report) -> None:
    """Report an assignment to, or deletion of, a part of something imported."""
    if isinstance(node, ast.Attribute | ast.Subscript) and isinstance(node.ctx, ast.Store | ast.Del):
        _report(node, resolver.value(node.value), report)
    elif isinstance(node, ast.Call):
        for target in targets(resolver, node):
            if isinstance(target.callee, Symbol):
                _report(node, _changed(target.callee, target), report)


def _changed(callee: Symbol, target: Target) -> Value:
    """What a call of a symbol sets or deletes an attribute of."""
    owner, _, method = callee.path.rpartition(".")
    if callee.path in SETTERS:
        return target.argument(0)
    if method not in SETTING_METHODS:
        return NOTHING
    is_class = owner == "builtins.object" or owner.rpartition(".")[2][:1].isupper()
    return target.argument(0) if is_class else frozenset({Symbol(owner, trail=callee.trail)})


def _report(node: ast.AST, value: Value, report: Report) -> None:
    for symbol in symbols(value):
        if symbol.blamed:
            continue
        plain = symbol.path.removeprefix("builtins.")
        report.add(PATCHED_MODULE, node, f"This changes `{plain}` for everybody who uses it.", symbol=symbol)

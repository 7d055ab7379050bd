"""Reviews annotations that are texts: some libraries evaluate them, so that they must not hold more than a type."""

import ast
from collections.abc import Iterator

from prism_safety.capability_rules import DYNAMIC_CODE
from prism_safety.catalogue import is_dunder
from prism_safety.report import Report
from prism_safety.resolve import Resolver
from prism_safety.values import Fragment, texts

TYPE_PARTS = (
    *(ast.Expression, ast.Name, ast.Attribute, ast.Subscript, ast.Constant, ast.Tuple, ast.List, ast.Load),
    *(ast.BinOp, ast.BitOr, ast.UnaryOp, ast.USub, ast.Starred, ast.Slice),
)
MESSAGE = "This annotation is a text with code in it, which libraries evaluate."
MAX_TEXT = 2_000
MAX_NESTED = 3


def review_annotation(node: ast.AST, resolver: Resolver, report: Report) -> None:
    """Report code in the texts of the annotations of a function's parameters and result, or of a variable."""
    for annotation in _annotations(node):
        for part in ast.walk(annotation):
            if isinstance(part, ast.Constant) and isinstance(part.value, str) and holds_code(part.value):
                report.add(DYNAMIC_CODE, part, MESSAGE)
        if resolver.evaluates_annotations and not isinstance(annotation, ast.Constant):
            value = resolver.value(annotation)
            is_put_together = any(isinstance(atom, Fragment) for atom in value)
            if is_put_together or any(map(holds_code, texts(value))):
                report.add(DYNAMIC_CODE, annotation, MESSAGE)


def _annotations(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.arg | ast.AnnAssign) and node.annotation is not None:
        yield node.annotation
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.returns is not None:
        yield node.returns


def holds_code(text: str, nested: int = MAX_NESTED) -> bool:
    """Whether a text is an expression that does more than name a type; what is no expression cannot be evaluated."""
    if len(text) > MAX_TEXT:
        return True
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError):
        return False
    except (RecursionError, MemoryError):
        return True
    return any(not isinstance(part, TYPE_PARTS) or _reaches(part, nested) for part in ast.walk(tree))


def _reaches(part: ast.AST, nested: int) -> bool:
    if isinstance(part, ast.Constant) and isinstance(part.value, str):
        return not nested or holds_code(part.value, nested - 1)
    if isinstance(part, ast.BinOp):
        return not isinstance(part.op, ast.BitOr)
    return isinstance(part, ast.Attribute) and is_dunder(part.attr)

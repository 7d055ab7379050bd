"""Reviews paths that are made from the folder the evaluator hands in: they must stay inside it."""

import ast

from prism_safety.capability_rules import FILESYSTEM
from prism_safety.report import Report
from prism_safety.resolve import FOLDER, Resolver
from prism_safety.values import symbols, texts


def review_path(node: ast.BinOp, resolver: Resolver, report: Report) -> None:
    """Report a joined path that leaves the folder."""
    if not isinstance(node.op, ast.Div):
        return
    folders = [symbol for symbol in symbols(resolver.value(node.left)) if symbol.path.startswith(FOLDER)]
    parts = texts(resolver.value(node.right))
    if folders and any(part.startswith(("/", "~")) or ".." in part.split("/") for part in parts):
        message = "This path leaves the folder that is handed in."
        report.add(FILESYSTEM, node, message, symbol=folders[0], remedy="Use plain file names inside the folder.")

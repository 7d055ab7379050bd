"""Debugging that was left in: the smallest plugin there can be."""

import ast
from collections.abc import Iterator

from prism import Finding, Rule, Severity, SourceFile, hookimpl

LEFT_IN = Rule(
    id="debugging/left-in",
    title="Debugging that was left in",
    severity=Severity.WARNING,
    why="A breakpoint waits for somebody who is not there, and the run ends at its time limit.",
    example="breakpoint()",
    instead="Take it out.",
)


@hookimpl
def prism_rules() -> list[Rule]:
    """Name the one rule."""
    return [LEFT_IN]


@hookimpl
def prism_check_file(file: SourceFile) -> Iterator[Finding]:
    """Find every mention of a debugger."""
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Name) and node.id in {"breakpoint", "pdb"}:
            yield LEFT_IN.finding(f"{node.id} was left in", file=file, span=file.span(node))

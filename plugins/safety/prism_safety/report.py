"""Collects findings: one a place and rule, with the chain of names that led there."""

import ast
from collections.abc import Mapping

from prism.finding import Finding, Span, Step
from prism.project import SourceFile
from prism.rule import Rule
from prism_safety.resolve import Resolver
from prism_safety.values import Place, Symbol

MAX_STEP_TEXT = 200


class Report:
    """The findings of one project so far."""

    def __init__(self, resolver: Resolver) -> None:
        self.resolver = resolver
        self._found: dict[tuple[str, Place], tuple[SourceFile, Finding]] = {}

    def add(self, rule: Rule, node: ast.AST, message: str, *, symbol: Symbol | None = None, remedy: str = "") -> None:
        """Report a rule at a node, once; the symbol says how the thing got there."""
        place = self.resolver.place(node)
        if (rule.id, place) in self._found:
            return
        file = self.resolver.file(node)
        chain = self._chain(symbol, place) if symbol is not None else ()
        finding = rule.finding(message, file=file, span=_span(file, node), remedy=remedy, chain=chain)
        self._found[rule.id, place] = (file, finding)

    def is_reported_at(self, node: ast.AST) -> bool:
        """Whether some rule was reported at the node or inside it."""
        place = self.resolver.place(node)
        start, end = (place.line, place.column), (place.end_line, place.end_column)
        return any(
            found.path == place.path
            and start <= (found.line, found.column)
            and (found.end_line, found.end_column) <= end
            for _, found in self._found
        )

    def by_path(self) -> Mapping[str, tuple[Finding, ...]]:
        """All findings, by the path of their file."""
        grouped: dict[str, list[Finding]] = {}
        for file, finding in self._found.values():
            grouped.setdefault(file.path, []).append(finding)
        return {path: tuple(found) for path, found in grouped.items()}

    def _chain(self, symbol: Symbol, use: Place) -> tuple[Step, ...]:
        """Import, aliases and use; nothing where it all stands in one line."""
        ordered = list(dict.fromkeys((place.path, place.line) for place in (*symbol.trail, use)))
        if len(ordered) == 1:
            return ()
        return tuple(Step(path=path, line=line, text=self._line(path, line)) for path, line in ordered)

    def _line(self, path: str, line: int) -> str:
        lines = self.resolver.modules.source(path).lines
        return lines[line - 1].strip()[:MAX_STEP_TEXT] if line <= len(lines) else ""


def _span(file: SourceFile, node: ast.AST) -> Span:
    """A node's span; of a definition only its first line, because the finding is about its name."""
    span = file.span(node)
    if isinstance(
        node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.For | ast.While | ast.With | ast.Try
    ):
        end = len(file.lines[span.line - 1]) + 1
        return Span(line=span.line, column=span.column, end_line=span.line, end_column=end)
    return span

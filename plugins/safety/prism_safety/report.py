"""Collects findings: one a place and rule, with the chain of names that led there."""

import ast
from collections import Counter
from collections.abc import Mapping

from prism.finding import Finding, Severity, Span, Step
from prism.project import SourceFile
from prism.rule import Rule
from prism_safety.resolve import Resolver
from prism_safety.values import Place, Symbol

MAX_STEP_TEXT = 200
MAX_OF_ONE_RULE = 50
"""Findings of one rule in one file; more say nothing new, and a flood must not crowd out other rules or files."""
STEPS_SHARE = 8


class Report:
    """The findings of one project so far."""

    def __init__(self, resolver: Resolver) -> None:
        self.resolver = resolver
        self._found: dict[str, dict[tuple[str, Place], Finding]] = {}
        self._worse_than_notes: dict[tuple[str, int], list[Place]] = {}
        """The places of findings that are more than notes, by the line where they begin."""
        self._counts: Counter[tuple[str, str]] = Counter()

    def add(self, rule: Rule, node: ast.AST, message: str, *, symbol: Symbol | None = None, remedy: str = "") -> None:
        """Report a rule at a node, once; the symbol says how the thing got there."""
        place = self.resolver.place(node)
        found = self._found.setdefault(place.path, {})
        if (rule.id, place) in found or self._counts[place.path, rule.id] >= MAX_OF_ONE_RULE:
            return
        self._counts[place.path, rule.id] += 1
        file = self.resolver.file(node)
        chain = self._chain(symbol, place) if symbol is not None else ()
        found[rule.id, place] = rule.finding(message, file=file, span=_span(file, node), remedy=remedy, chain=chain)
        if rule.severity is not Severity.NOTE:
            self._worse_than_notes.setdefault((place.path, place.line), []).append(place)

    def is_reported_at(self, node: ast.AST) -> bool:
        """Whether something worse than a note was reported at the node or inside it."""
        place = self.resolver.place(node)
        start, end = (place.line, place.column), (place.end_line, place.end_column)
        lines = range(place.line, place.end_line + 1)
        self.resolver.memo.spend(1 + len(lines) // STEPS_SHARE)
        return any(
            start <= (found.line, found.column) and (found.end_line, found.end_column) <= end
            for line in lines
            for found in self._worse_than_notes.get((place.path, line), ())
        )

    def is_reported(self, rule: Rule, place: Place) -> bool:
        """Whether a rule was reported in the lines of a place."""
        return any(
            known == rule.id and found.line <= place.line <= found.end_line for known, found in self._in(place.path)
        )

    def _in(self, path: str) -> Mapping[tuple[str, Place], Finding]:
        found = self._found.get(path, {})
        self.resolver.memo.spend(1 + len(found) // STEPS_SHARE)
        return found

    def by_path(self) -> Mapping[str, tuple[Finding, ...]]:
        """All findings, by the path of their file."""
        return {path: tuple(found.values()) for path, found in self._found.items()}

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

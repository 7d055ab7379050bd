"""The safety review of one project: every node of every file looked at once, findings grouped by their cause."""

import ast
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from prism.declaration import Declaration
from prism.finding import Finding
from prism.project import Project
from prism_safety.annotations import review_annotation
from prism_safety.arguments import demanding, review_arguments
from prism_safety.attributes import NAME_AT, AttributeReview, special_names
from prism_safety.calls import PASSING
from prism_safety.catalogue import Catalogue
from prism_safety.classes import review_class
from prism_safety.declaration import declaration_of
from prism_safety.folders import FolderReview
from prism_safety.imports import only_for_type_checkers, review_import
from prism_safety.linking import link
from prism_safety.memo import TooComplexError
from prism_safety.modules import OwnModules
from prism_safety.obfuscation import text_findings
from prism_safety.outlook import Outlooks
from prism_safety.patching import SETTERS, review_change
from prism_safety.report import Report
from prism_safety.resolve import Resolver
from prism_safety.rules import TOO_COMPLEX
from prism_safety.scopes import Table
from prism_safety.screen import nodes_to_look_at
from prism_safety.settings import Settings
from prism_safety.toplevel import TopLevelReview
from prism_safety.uses import READERS, Uses

Look = Callable[[Any], None]


def outlooks_of(catalogue: Catalogue) -> Outlooks:
    """What the rules may find at each symbol of the libraries."""
    special = {*NAME_AT, *READERS, *SETTERS, *demanding(), *catalogue.names.left_open, *catalogue.names.results}
    return Outlooks(catalogue, {*special, "functools.update_wrapper"}, PASSING)


def findings_of(
    project: Project, settings: Settings, outlooks: Outlooks, *, is_screened: bool = True
) -> Mapping[str, tuple[Finding, ...]]:
    """The findings of every file that parses, by path; without the screen they are the same, and take longer."""
    return _Review(project, settings, outlooks, is_screened=is_screened).run()


class Reviewed(NamedTuple):
    """All that the review of one project gives."""

    findings: Mapping[str, tuple[Finding, ...]]
    """By path."""
    declaration: Declaration


def reviewed(project: Project, settings: Settings, outlooks: Outlooks) -> Reviewed:
    """The findings, and what follows from them and from the imports for what the project may do when it is run."""
    review = _Review(project, settings, outlooks, is_screened=True)
    findings = review.run()
    every = (finding for found in findings.values() for finding in found)
    return Reviewed(findings, declaration_of(settings, every, review.imports))


class _Review:
    def __init__(self, project: Project, settings: Settings, outlooks: Outlooks, *, is_screened: bool) -> None:
        self.modules = OwnModules(project, outlooks.catalogue.modules)
        self.is_linked = link(self.modules)
        self.resolver = Resolver(self.modules, outlooks)
        self.report = Report(self.resolver)
        self.uses = Uses(self.resolver, self.report)
        self.attributes = AttributeReview(self.resolver, self.report)
        self.folders = FolderReview(self.resolver, self.report)
        self.settings = settings
        is_special = special_names(outlooks.catalogue)
        self.kept = nodes_to_look_at(self.resolver, outlooks, is_special) if is_screened else None
        self.given_up: set[str] = set()
        self.imports: set[str] = set()
        self.looks = self._looks()

    def run(self) -> Mapping[str, tuple[Finding, ...]]:
        top_level = TopLevelReview(self.resolver, self.report)
        for at in (self.names, self.uses.settle, top_level.run, self.note_imports):
            for path, table in self.modules.tables.items():
                self.look(path, table, at)
        found = self.report.by_path()
        return {
            path: (*known, *text_findings(self.modules.source(path), table.order, self.settings, known))
            for path, table in self.modules.tables.items()
            for known in [found.get(path, ())]
        }

    def look(self, path: str, table: Table, at: Callable[[Table], None]) -> None:
        """Take one look at a file; what cannot be followed within bounds is a finding, once."""
        if path in self.given_up:
            return
        self.resolver.memo.start(self.settings.steps_per_file)
        try:
            at(table)
        except (TooComplexError, RecursionError):
            self.given_up.add(path)
            self.report.add(
                TOO_COMPLEX, table.module.node, "This file takes more work to follow than the policy allows."
            )

    def names(self, table: Table) -> None:
        """Look at every node, children first, so that deep trees need no recursion."""
        if not self.is_linked:
            raise TooComplexError
        spend = self.resolver.memo.spend
        for node in table.order if self.kept is None else filter(self.kept.__contains__, table.order):
            spend(1)
            for look in self.looks.get(type(node), ()):
                look(node)
            if self.resolver.has_folder:
                self.folders.look(node)
        self.attributes.patterns(table)

    def note_imports(self, table: Table) -> None:
        """Remember the modules that a file's import statements name, but for those that never run."""
        for node in table.order:
            if not isinstance(node, ast.Import | ast.ImportFrom) or only_for_type_checkers(node, self.resolver):
                continue
            if isinstance(node, ast.Import):
                self.imports.update(alias.name for alias in node.names)
            elif module := self.resolver.modules.source_module(node, self.resolver.file(node)):
                self.imports.add(module)

    def _looks(self) -> Mapping[type[ast.AST], tuple[Look, ...]]:
        """What looks at each kind of node; folders are looked for besides."""
        change, annotation = self._with(review_change), self._with(review_annotation)
        imports = (self._with(review_import), self.uses.look)
        definition = (annotation,)
        return {
            ast.Import: imports,
            ast.ImportFrom: imports,
            ast.Name: (self.attributes.look, self.uses.look),
            ast.Attribute: (change, self.attributes.look, self.uses.look),
            ast.Subscript: (change, self.attributes.look),
            ast.Call: (change, self.attributes.look, self._with(review_arguments), self.uses.look),
            ast.ClassDef: (self._with(review_class),),
            **dict.fromkeys((ast.arg, ast.AnnAssign, ast.FunctionDef, ast.AsyncFunctionDef), definition),
        }

    def _with(self, review: Callable[[Any, Resolver, Report], None]) -> Look:
        return lambda node: review(node, self.resolver, self.report)

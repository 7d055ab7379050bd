"""Imports between the project's own files that lead nowhere, or out of the project."""

from collections.abc import Iterator

from prism.document import shown
from prism.finding import Finding
from prism.own_imports import ImportLink, Resolution
from prism.project import Project, SourceFile, UnparsableError
from prism.schema_problems import did_you_mean
from prism_contract.rules.structure import IMPORT_OUTSIDE_PROJECT, MISSING_OWN_MODULE
from prism_contract.settings import Settings
from prism_contract.stdlib import STDLIB_MODULES


def findings(project: Project, settings: Settings) -> Iterator[Finding]:
    """One finding an import that does not reach a module of the project although it should."""
    libraries = STDLIB_MODULES | settings.protected_modules
    for file in project:
        for link in _links(project, file):
            if link.level or link.module.partition(".")[0] not in libraries:
                yield from _judged(project, link)


def _links(project: Project, file: SourceFile) -> tuple[ImportLink, ...]:
    try:
        return project.imports(file)
    except UnparsableError:  # the host reports the file
        return ()


def _judged(project: Project, link: ImportLink) -> Iterator[Finding]:
    if link.resolution is Resolution.OUTSIDE:
        yield IMPORT_OUTSIDE_PROJECT.finding(
            f"{shown(link.spelled)} climbs above the project's root.", file=link.importer, span=link.span
        )
    elif link.resolution is Resolution.MISSING:
        hint = did_you_mean(link.module, project.modules)
        yield MISSING_OWN_MODULE.finding(
            f"The project has no module {shown(link.module)}.",
            file=link.importer,
            span=link.span,
            remedy=f"{hint}{MISSING_OWN_MODULE.instead}",
        )
    elif link.resolution is Resolution.BESIDE:
        yield MISSING_OWN_MODULE.finding(
            f"Imports begin at the project's root, where there is no {shown(link.module)}; it stands beside this file.",
            file=link.importer,
            span=link.span,
            remedy=f"Write `from .{link.module} import ...`, or the whole name from the root."[:500],
        )

"""Imports between the project's own files that lead nowhere, or out of the project."""

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Final

from prism.document import shown
from prism.finding import Finding
from prism.own_imports import ImportLink, Resolution
from prism.project import Project, SourceFile, UnparsableError
from prism.schema_problems import did_you_mean
from prism_contract.rules.structure import IMPORT_OUTSIDE_PROJECT, MISSING_OWN_MODULE
from prism_contract.settings import Settings
from prism_contract.stdlib import STDLIB_MODULES

_GOOD: Final = frozenset({Resolution.FILE, Resolution.FOLDER})
MAX_DETAILED: Final = 50
"""Imports of one sort that are shown with their place and a hint; both take time, and a hostile file holds many."""
MAX_GUESSES: Final = 200


def findings(project: Project, settings: Settings) -> Iterator[Finding]:
    """One finding an import that does not reach a module of the project although it should."""
    libraries = STDLIB_MODULES | settings.protected_modules
    bad = (
        link
        for file in project
        for link in _links(project, file)
        if link.resolution not in _GOOD and (link.level or link.module.partition(".")[0] not in libraries)
    )
    known = tuple(islice(project.modules, MAX_GUESSES))
    seen: Counter[Resolution] = Counter()
    for link in bad:
        seen[link.resolution] += 1
        yield _judged(link, known) if seen[link.resolution] <= MAX_DETAILED else _counted(link)


def _links(project: Project, file: SourceFile) -> tuple[ImportLink, ...]:
    try:
        return project.imports(file)
    except UnparsableError:  # the host reports the file
        return ()


def _counted(link: ImportLink) -> Finding:
    """One more of many: only the file is named."""
    rule = IMPORT_OUTSIDE_PROJECT if link.resolution is Resolution.OUTSIDE else MISSING_OWN_MODULE
    return rule.finding("One more import like those named.", path=link.importer.path)


def _judged(link: ImportLink, known: tuple[str, ...]) -> Finding:
    remedy = ""
    if link.resolution is Resolution.OUTSIDE:
        rule, message = IMPORT_OUTSIDE_PROJECT, f"{shown(link.spelled)} climbs above the project's root."
    elif link.resolution is Resolution.BESIDE:
        rule, message = MISSING_OWN_MODULE, f"There is no {shown(link.module)} at the root, only beside this file."
        remedy = "Imports begin at the project's root: write the whole name from there, or a dot before the name."
    else:
        rule, message = MISSING_OWN_MODULE, f"The project has no module {shown(link.module)}."
        remedy = did_you_mean(link.module, known) + rule.instead
    return rule.finding(message, file=link.importer, span=link.span, remedy=remedy)

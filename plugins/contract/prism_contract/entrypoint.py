"""Where the project begins: its manifest, and whether Python would import the file that was meant."""

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Final

from prism.document import shown
from prism.finding import Finding, Span
from prism.manifest import ManifestFault, ManifestProblem
from prism.project import Project, SourceFile
from prism.rule import Rule
from prism_contract.rules.entrypoint import (
    ENTRYPOINT_AMBIGUOUS,
    ENTRYPOINT_MISSING,
    ENTRYPOINT_OUTSIDE,
    ENTRYPOINT_UNIMPORTABLE,
    INVALID_MANIFEST,
)

_RULES: Final[Mapping[ManifestFault, Rule]] = {
    ManifestFault.INVALID: INVALID_MANIFEST,
    ManifestFault.ENTRYPOINT_MISSING: ENTRYPOINT_MISSING,
    ManifestFault.ENTRYPOINT_OUTSIDE: ENTRYPOINT_OUTSIDE,
}
MAX_NAMED: Final = 3


def findings(project: Project) -> Iterator[Finding]:
    """Mistakes of the manifest; without any, an entrypoint that is not there or not the one Python would import."""
    if project.manifest_problems:
        for problem in project.manifest_problems:
            yield _manifest_finding(project, problem)
        return
    for path in sorted(wanted(project)):
        if path not in project.sources:
            yield from _missing(project, path)
        elif path not in project.entrypoints.values():
            yield _not_imported(project, project.sources[path])


def wanted(project: Project) -> frozenset[str]:
    """Paths of the entrypoints that the manifest names, or the default one; whether they exist is another matter."""
    named = project.manifest.entrypoints if project.manifest else {}
    return frozenset(named.values()) or frozenset({project.default_entrypoint})


def _manifest_finding(project: Project, problem: ManifestProblem) -> Finding:
    rule = _RULES[problem.fault]
    manifest = SourceFile(problem.path, project.snapshot.contents[problem.path])
    try:
        width = len(manifest.lines[problem.line - 1])
    except (UnicodeDecodeError, IndexError):
        return rule.finding(f"{problem.what}.", path=problem.path, remedy=problem.do)
    span = Span(line=problem.line, end_line=problem.line, end_column=width + 1)
    return rule.finding(f"{problem.what}.", file=manifest, span=span, remedy=problem.do)


def _missing(project: Project, path: str) -> Iterator[Finding]:
    """No file has the entrypoint's path: name those that may have been meant."""
    name = PurePosixPath(path).name
    package = PurePosixPath(path).with_suffix("").name
    meant = [other for other in project.sources if PurePosixPath(other).name == name]
    meant += [other for other in project.sources if other == f"{package}/__init__.py"]
    if len(meant) > 1:
        shown_names = ", ".join(shown(other) for other in meant[:MAX_NAMED])
        yield ENTRYPOINT_AMBIGUOUS.finding(
            f"There is no {shown(path)} at the root, and {len(meant)} files could be meant: {shown_names}.",
            remedy=f"Move one of them to {shown(path)}, or name it in `prism.yaml`.",
        )
        return
    hint = f" Is {shown(meant[0])} meant?" if meant else ""
    yield ENTRYPOINT_MISSING.finding(
        f"The entrypoint {shown(path)} is not in the project.{hint}",
        remedy=f"Put {shown(path)} at the project's root, or name the entrypoint in `prism.yaml`.",
    )


def _not_imported(project: Project, file: SourceFile) -> Finding:
    """The file is there, but Python would import another one, or none."""
    winner = project.modules.get(file.module)
    if winner is not None:
        return ENTRYPOINT_AMBIGUOUS.finding(
            f"Python imports {shown(winner.path)} instead of the entrypoint {shown(file.path)}.", path=file.path
        )
    return ENTRYPOINT_UNIMPORTABLE.finding(f"Python cannot import {shown(file.path)} by name.", path=file.path)

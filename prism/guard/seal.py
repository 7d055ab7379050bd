"""Whether syntax trees are still what they were when they were parsed.

Plugins that promise to change no tree (``reads_only``) share one view of the project. A promise that is broken by
mistake would hide something from whoever reads next, so it is checked what strangers left: a sixth of parsing again.
"""

import ast
from collections.abc import Iterable, Mapping

from prism.project import Project

Seal = tuple[int, int]
"""Number and digest of all that a tree holds."""


def seals(project: Project, paths: Iterable[str]) -> dict[str, Seal]:
    """The seal of each of the files, which parse."""
    return {path: seal(project.sources[path].tree) for path in paths}


def first_broken(project: Project, sealed: Mapping[str, Seal]) -> str:
    """Path of the first file whose tree is not what was sealed; empty when there is none."""
    for path, before in sealed.items():
        file = project.sources.get(path)
        if file is None or seal(file.tree, at_most=before[0]) != before:
            return path
    return ""


def seal(tree: ast.AST, *, at_most: int | None = None) -> Seal:
    """The seal of a tree; reading ends after ``at_most`` parts, so that a cycle which somebody made has an end."""
    parts: list[object] = []
    ahead: list[object] = [tree]
    while ahead and (at_most is None or len(parts) <= at_most):
        part = ahead.pop()
        if isinstance(part, list):
            parts.append(len(part))
            ahead += part
        elif isinstance(part, ast.AST):
            parts.append(type(part))
            ahead += part.__dict__.values()
        else:
            parts.append(part)
    try:
        return len(parts), hash(tuple(parts))
    except TypeError:  # the parser puts nothing there that has no digest
        return len(parts), 0

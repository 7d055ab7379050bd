"""What the names and places of a project's files say: shadowed libraries, files that run by themselves, dead files."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from pathlib import PurePosixPath
from typing import Final

from prism.document import shown
from prism.finding import Finding
from prism.own_imports import can_be_imported
from prism.project import Project, SourceFile, UnparsableError
from prism_contract.entrypoint import wanted
from prism_contract.rules.structure import (
    AMBIGUOUS_MODULE,
    HIDDEN_FILE,
    RESERVED_FILE,
    SHADOWED_MODULE,
    UNIMPORTABLE_MODULE,
    UNIMPORTED_MODULE,
)
from prism_contract.settings import Settings
from prism_contract.stdlib import STDLIB_MODULES

# Whatever suffix a policy lets in, Python imports these from a folder on its path.
_IMPORTED_SUFFIXES: Final = (".py", ".pyc", ".so", ".pyd")
# Python and its tools look for these on the import path: code at start, compiled code, entry points of a distribution.
_RESERVED_SUFFIXES: Final = (".pth", ".dist-info", ".egg-info", ".egg-link")
_RESERVED_PARTS: Final = frozenset({"__pycache__", "pyvenv.cfg"})


def findings(project: Project, settings: Settings) -> Iterator[Finding]:
    """Findings about single files, then about files that share a name or that nothing reaches."""
    paths = tuple(entry.path for entry in project.files)
    misplaced = [
        *_hidden(paths),
        *_reserved(paths, settings),
        *_shadowing(paths, settings),
        *_ambiguous(project),
        *_unimportable(project),
    ]
    yield from misplaced
    yield from _unreachable(project, {finding.path for finding in misplaced})


def _hidden(paths: tuple[str, ...]) -> Iterator[Finding]:
    for path in paths:
        part = next((part for part in path.split("/") if part.startswith(".")), None)
        if part is not None:
            yield HIDDEN_FILE.finding(f"The name {shown(part)} begins with a dot.", path=path)


def _reserved(paths: tuple[str, ...], settings: Settings) -> Iterator[Finding]:
    for path in paths:
        name = _reserved_name(path, settings.reserved_names)
        if name is not None:
            yield RESERVED_FILE.finding(f"{shown(name)} is a name that Python or its tools act on.", path=path)


def _reserved_name(path: str, names: frozenset[str]) -> str | None:
    *folders, file = path.split("/")
    if file.endswith(_IMPORTED_SUFFIXES):
        stem = file.partition(".")[0]
        module = folders[-1] if stem == "__init__" and folders else stem
        if module in names:
            return module if stem == "__init__" else file
    for part in (*folders, file):
        if part in _RESERVED_PARTS or part.endswith(_RESERVED_SUFFIXES):
            return part
    return None


def _shadowing(paths: tuple[str, ...], settings: Settings) -> Iterator[Finding]:
    """One finding a name: the file, or the first file in the folder."""
    protected = STDLIB_MODULES | settings.protected_modules
    named: set[str] = set()
    for path in paths:
        first, _, rest = path.partition("/")
        if not path.endswith(_IMPORTED_SUFFIXES):
            continue
        module = first if rest else first.partition(".")[0]
        if module in protected and module not in settings.reserved_names and module not in named:
            named.add(module)
            library = "the standard library's" if module in STDLIB_MODULES else "the library"
            yield SHADOWED_MODULE.finding(f"{shown(first)} takes the place of {library} {shown(module)}.", path=path)


def _ambiguous(project: Project) -> Iterator[Finding]:
    """Modules beside a folder of their name that holds Python files, but for an entrypoint beside its package."""
    folders = {str(parent) for path in project.sources for parent in PurePosixPath(path).parents}
    for path in project.sources:
        folder = path.removesuffix(".py")
        is_reported = path in wanted(project) and f"{folder}/__init__.py" in project.sources
        if folder in folders and not is_reported:
            yield AMBIGUOUS_MODULE.finding(
                f"{shown(path)} and the folder {shown(folder + '/')} share one module name.", path=path
            )


def _unimportable(project: Project) -> Iterator[Finding]:
    for file in project:
        if not can_be_imported(file):
            yield UNIMPORTABLE_MODULE.finding(f"No import statement can name {shown(file.path)}.", path=file.path)


def _unreachable(project: Project, misplaced: AbstractSet[str | None]) -> Iterator[Finding]:
    """Files that no import reaches; not those that must go or be renamed anyway, nor where an import may be hidden."""
    entrypoints = frozenset(project.entrypoints.values())
    if not entrypoints or not all(_parses(file) for file in project):
        return
    reached = project.reachable(entrypoints)
    for file in project:
        if file.path not in reached and file.path not in misplaced and not _is_bare_package(file):
            yield UNIMPORTED_MODULE.finding(
                f"Nothing that the entrypoint imports leads to {shown(file.path)}.", path=file.path
            )


def _is_bare_package(file: SourceFile) -> bool:
    """An ``__init__.py`` without code is a mark, not a module that somebody forgot."""
    return file.is_package and not file.tree.body


def _parses(file: SourceFile) -> bool:
    try:
        return bool(file.tree)
    except UnparsableError:
        return False

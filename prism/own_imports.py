"""Which of its own modules a project's file imports, decided the way Python decides it when the project runs.

The project's root is the one folder where imports begin. It is itself a package for relative imports, so that a file
at the root may write ``from .blocks import Block`` as well as ``from blocks import Block``. Nothing is executed.
"""

import ast
import enum
import keyword
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

import msgspec

from prism.finding import Span

if TYPE_CHECKING:
    from prism.project import SourceFile

STAR = "*"
_BLOCKS: Final = ("body", "handlers", "cases", "orelse", "finalbody")


class Resolution(enum.Enum):
    """Where an import of an own module leads."""

    FILE = "file"
    """To a file of the project."""
    FOLDER = "folder"
    """To a folder without ``__init__.py``: a package without code."""
    MISSING = "missing"
    """Into the project, but there is no such module."""
    OUTSIDE = "outside"
    """Above the project's root: a relative import with too many dots."""
    BESIDE = "beside"
    """To a name that stands beside the importing file, where Python does not look."""


class ImportLink(msgspec.Struct, frozen=True, kw_only=True):
    """One own module that an import statement asks for; imports of libraries make no link."""

    importer: "SourceFile"
    node: ast.Import | ast.ImportFrom
    module: str
    """Dotted name from the project's root; for one that leads outside, the part after the dots."""
    level: int
    """Leading dots; 0 for an absolute import."""
    resolution: Resolution
    target: "SourceFile | None" = None
    """The file that is imported, if it is one."""

    @property
    def span(self) -> Span:
        """Where the import statement stands."""
        return self.importer.span(self.node)

    @property
    def spelled(self) -> str:
        """The module as the statement names it, leading dots included."""
        name = self.node.module if isinstance(self.node, ast.ImportFrom) else self.module
        return "." * self.level + (name or "")


def is_importable(module: str) -> bool:
    """Whether an import statement can spell the dotted name: Python normalises identifiers before it looks."""
    return all(
        part.isidentifier() and not keyword.iskeyword(part) and unicodedata.normalize("NFKC", part) == part
        for part in module.split(".")
    )


def ancestors(module: str) -> Iterator[str]:
    """The packages that are imported before a module, innermost first."""
    while "." in module:
        module = module.rpartition(".")[0]
        yield module


def own_modules(files: Iterable["SourceFile"]) -> dict[str, "SourceFile"]:
    """Files by the dotted name under which Python finds them from the root; what it cannot find is left out.

    A package wins over a module of its name, and a module over a folder without ``__init__.py``, whose files are then
    out of reach. So are files whose name, or a folder's, is no identifier.
    """
    found: dict[str, SourceFile] = {}
    for file in files:
        if can_be_imported(file) and (file.module not in found or file.is_package):
            found[file.module] = file
    return {
        module: file
        for module, file in found.items()
        if all(parent not in found or found[parent].is_package for parent in ancestors(module))
    }


def can_be_imported(file: "SourceFile") -> bool:
    """Whether an import statement can name the file; a dot in its name would stand for a package that is not there."""
    if not file.module:
        return file.is_package
    return "." not in file.path.removesuffix(".py") and is_importable(file.module)


def _statements(tree: ast.Module) -> Iterator[ast.AST]:
    """Every statement of a module in source order; expressions, which hold no imports, are left out."""
    ahead: list[ast.AST] = [tree]
    while ahead:
        node = ahead.pop()
        yield node
        for block in reversed(_BLOCKS):
            ahead.extend(reversed(getattr(node, block, ())))


class OwnModules:
    """The project's own modules and folders, and what an import statement finds among them."""

    def __init__(self, modules: Mapping[str, "SourceFile"]) -> None:
        self._modules = modules

    @cached_property
    def _folders(self) -> frozenset[str]:
        parents = {parent for module in self._modules for parent in ancestors(module)}
        return frozenset(parents - self._modules.keys())

    @cached_property
    def roots(self) -> frozenset[str]:
        """First components of the names of all own modules."""
        return frozenset(module.partition(".")[0] for module in self._modules if module)

    def packages_of(self, module: str) -> Iterator[str]:
        """The own modules that are imported on the way to one, outermost first, as far as there are any.

        The name may come from an import statement and be as long as a file, so it is not walked to its end.
        """
        parts = module.split(".")
        for length in range(1, len(parts)):
            package = ".".join(parts[:length])
            if package in self._modules:
                yield package
            elif package not in self._folders:
                return

    def links(self, file: "SourceFile") -> Iterator[ImportLink]:
        """Every own module that a file's import statements ask for, wherever in the file they stand.

        Raises:
            UnparsableError: the file does not parse.
        """
        for node in _statements(file.tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield from self._absolute(file, node, alias.name, ())
            elif isinstance(node, ast.ImportFrom):
                names = tuple(alias.name for alias in node.names)
                if node.level:
                    yield from self._relative(file, node, names)
                else:
                    yield from self._absolute(file, node, node.module or "", names)

    def _absolute(
        self, file: "SourceFile", node: ast.Import | ast.ImportFrom, module: str, names: tuple[str, ...]
    ) -> Iterator[ImportLink]:
        root = module.partition(".")[0]
        if root in self.roots:
            yield from self._found(file, node, module, names)
        elif self._is_beside(file, root):
            yield ImportLink(importer=file, node=node, module=module, level=0, resolution=Resolution.BESIDE)

    def _is_beside(self, file: "SourceFile", root: str) -> bool:
        """Whether a module of that name, but not the file itself, which may wrap a library, is in the file's folder."""
        folder = ".".join(PurePosixPath(file.path).parent.parts)
        beside = f"{folder}.{root}"
        return bool(folder) and beside != file.module and (beside in self._modules or beside in self._folders)

    def _relative(self, file: "SourceFile", node: ast.ImportFrom, names: tuple[str, ...]) -> Iterator[ImportLink]:
        package = PurePosixPath(file.path).parent.parts
        climb = node.level - 1
        if climb > len(package):
            outside = Resolution.OUTSIDE
            yield ImportLink(importer=file, node=node, module=node.module or "", level=node.level, resolution=outside)
            return
        base = (*package[: len(package) - climb], *((node.module,) if node.module else ()))
        yield from self._found(file, node, ".".join(base), names)

    def _found(
        self, file: "SourceFile", node: ast.Import | ast.ImportFrom, module: str, names: tuple[str, ...]
    ) -> Iterator[ImportLink]:
        """The module itself, then those of the names that are modules in it."""
        base = self._link(file, node, module)
        if base.resolution is not Resolution.FOLDER or not names or STAR in names:
            yield base
        is_package = base.target.is_package if base.target else base.resolution is Resolution.FOLDER
        if not is_package:
            return
        for name in names:
            inner = self._link(file, node, f"{module}.{name}" if module else name)
            is_certain = base.resolution is Resolution.FOLDER and name != STAR
            if inner.resolution is not Resolution.MISSING or is_certain:
                yield inner

    def _link(self, file: "SourceFile", node: ast.Import | ast.ImportFrom, module: str) -> ImportLink:
        target = self._modules.get(module)
        if target is not None:
            resolution = Resolution.FILE
        else:
            is_folder = not module or module in self._folders
            resolution = Resolution.FOLDER if is_folder else Resolution.MISSING
        level = node.level if isinstance(node, ast.ImportFrom) else 0
        return ImportLink(importer=file, node=node, module=module, level=level, resolution=resolution, target=target)

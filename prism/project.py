"""A read-only view of the project inside a snapshot: what plugins look at."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import PurePosixPath

from prism.finding import Span
from prism.guard import boundary
from prism.manifest import Manifest, ManifestKind, ManifestProblem, Part, read_manifest
from prism.own_imports import ImportLink, OwnModules, own_modules
from prism.snapshot import FileEntry, Snapshot

PYTHON_SUFFIX = ".py"
DEFAULT_ENTRYPOINT = "model.py"


class UnparsableError(Exception):
    """A Python file that CPython would refuse to compile; the message says why, the line where."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


class SourceFile:
    """One Python file of a project.

    Reading ``tree`` parses, and only the guarded process may do that (see :mod:`prism.guard`): elsewhere it raises
    ``GuardError``.
    """

    def __init__(self, path: str, data: bytes) -> None:
        self.path = path
        self.data = data
        self._parsed: ast.Module | None = None

    @cached_property
    def text(self) -> str:
        """The source as CPython would read it: UTF-8, every line ending turned into a line feed."""
        return self.data.decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """Source lines without their endings; ``lines[0]`` is line 1. Only line feeds separate lines."""
        return tuple(self.text.split("\n"))

    @property
    def tree(self) -> ast.Module:
        """The syntax tree, parsed once.

        Asking for it also tells the guard which file is being read, so that a crash can be blamed on it.

        Raises:
            UnparsableError: CPython would refuse the file.
            GuardError: called outside the guarded process.
        """
        boundary.begin_reading(self.path)
        if self._parsed is None:
            self._parsed = parse(self.text)
        return self._parsed

    @property
    def is_package(self) -> bool:
        """Whether the file is a package's ``__init__.py``."""
        return PurePosixPath(self.path).name == "__init__.py"

    @cached_property
    def module(self) -> str:
        """Dotted name under which Python would import the file from the project's root; empty for a root package."""
        parts = PurePosixPath(self.path).with_suffix("").parts
        return ".".join(parts[:-1] if self.is_package else parts)

    def span(self, node: ast.AST) -> Span:
        """Where a node stands; a node without a position (a module) is line 1."""
        line = getattr(node, "lineno", 1)
        end_line = getattr(node, "end_lineno", None) or line
        return Span(
            line=line,
            column=self._column(line, getattr(node, "col_offset", 0)),
            end_line=end_line,
            end_column=self._column(end_line, getattr(node, "end_col_offset", None) or 0),
        )

    def _column(self, line: int, utf8_offset: int) -> int:
        text = self.lines[line - 1] if line <= len(self.lines) else ""
        if text.isascii():
            return utf8_offset + 1
        return len(text.encode()[:utf8_offset].decode("utf-8", "ignore")) + 1


def parse(text: str) -> ast.Module:
    """The syntax tree of Python source, with every way of refusing it turned into one error."""
    try:
        return ast.parse(text, type_comments=False)
    except SyntaxError as error:
        raise UnparsableError(error.msg or "invalid syntax", error.lineno or 1) from error
    except (RecursionError, MemoryError) as error:
        raise UnparsableError("nested too deeply, or too large, to parse", 1) from error
    except ValueError as error:  # a NUL byte, or an integer literal over the interpreter's digit limit
        raise UnparsableError(str(error), 1) from error


class Project:
    """Everything a plugin may know about one submission's files."""

    def __init__(self, snapshot: Snapshot, *, default_entrypoint: str = DEFAULT_ENTRYPOINT) -> None:
        """``default_entrypoint`` is the path of the entrypoint where no manifest names one."""
        self.snapshot = snapshot
        self.default_entrypoint = default_entrypoint
        self._imports: dict[str, tuple[ImportLink, ...]] = {}

    @property
    def digest(self) -> str:
        """The project digest: lower-case hex SHA-256, see :class:`prism.snapshot.Snapshot`."""
        return self.snapshot.digest

    @property
    def files(self) -> tuple[FileEntry, ...]:
        """Every file, in path order."""
        return self.snapshot.files

    @cached_property
    def sources(self) -> Mapping[str, SourceFile]:
        """The Python files by path, in path order."""
        return {
            entry.path: SourceFile(entry.path, self.snapshot.contents[entry.path])
            for entry in self.files
            if entry.path.endswith(PYTHON_SUFFIX)
        }

    def __iter__(self) -> Iterator[SourceFile]:
        return iter(self.sources.values())

    @cached_property
    def modules(self) -> Mapping[str, SourceFile]:
        """The project's own modules by the dotted name that finds them from the project's root.

        A file that Python would not find (its name is no identifier, or another module stands in its way) is left out.
        """
        return own_modules(self)

    def imports(self, file: SourceFile) -> tuple[ImportLink, ...]:
        """Which own modules a file imports, also inside functions and branches.

        Raises:
            UnparsableError: the file does not parse.
            GuardError: called outside the guarded process.
        """
        if file.path not in self._imports:
            self._imports[file.path] = tuple(self._own.links(file))
        return self._imports[file.path]

    def reachable(self, paths: Iterable[str]) -> frozenset[str]:
        """Paths of the files that Python reads when it imports the given ones; a broken one imports nothing."""
        reached: set[str] = set()
        ahead = [self.sources[path] for path in paths if path in self.sources]
        while ahead:
            file = ahead.pop()
            if file.path in reached:
                continue
            reached.add(file.path)
            ahead += self._packages_of(file.module)
            for link in self._parsable_imports(file):
                ahead += [link.target] if link.target else []
                ahead += self._packages_of(link.module)
        return frozenset(reached)

    @property
    def manifest(self) -> Manifest | None:
        """What ``prism.yaml`` or ``prism.yml`` at the root says; ``None`` without one, or when it has problems.

        Raises:
            GuardError: called outside the guarded process.
        """
        return self._manifest[0]

    @property
    def manifest_problems(self) -> tuple[ManifestProblem, ...]:
        """All that is wrong with the manifest, in the order of its lines."""
        return self._manifest[1]

    @property
    def kind(self) -> ManifestKind:
        """What is handed in: what the manifest says, else a full project."""
        return self.manifest.kind if self.manifest else ManifestKind.FULL

    @property
    def entrypoint(self) -> str | None:
        """Path of the file that is imported first; ``None`` when there is none, or Python would load another file."""
        return self.entrypoints.get(Part.ARCHITECTURE)

    @cached_property
    def entrypoints(self) -> Mapping[Part, str]:
        """The path of the entrypoint of each part, mostly one and the same; without those that cannot be imported."""
        named = dict.fromkeys(Part, self.default_entrypoint)
        if self.manifest:
            named |= self.manifest.entrypoints
        elif self.manifest_problems:
            return {}
        found = {file.path for file in self.modules.values()}
        return {part: path for part, path in named.items() if path in found}

    @cached_property
    def _manifest(self) -> tuple[Manifest | None, tuple[ManifestProblem, ...]]:
        return read_manifest(self.snapshot)

    @cached_property
    def _own(self) -> OwnModules:
        return OwnModules(self.modules)

    def _packages_of(self, module: str) -> list[SourceFile]:
        return [self.modules[package] for package in self._own.packages_of(module)]

    def _parsable_imports(self, file: SourceFile) -> tuple[ImportLink, ...]:
        try:
            return self.imports(file)
        except UnparsableError:
            return ()

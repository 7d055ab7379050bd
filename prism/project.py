"""A read-only view of the project inside a snapshot: what plugins look at."""

import ast
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import PurePosixPath

from prism.finding import Span
from prism.snapshot import FileEntry, Snapshot

PYTHON_SUFFIX = ".py"


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

    @cached_property
    def text(self) -> str:
        """The source as CPython would read it: UTF-8, every line ending turned into a line feed."""
        return self.data.decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """Source lines without their endings; ``lines[0]`` is line 1. Only line feeds separate lines."""
        return tuple(self.text.split("\n"))

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree.

        Raises:
            UnparsableError: CPython would refuse the file.
            GuardError: called outside the guarded process.
        """
        from prism.guard import boundary

        boundary.require_guarded(self.path)
        return parse(self.text)

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
        raise UnparsableError("nested too deeply to parse", 1) from error
    except ValueError as error:  # a NUL byte, or an integer literal over the interpreter's digit limit
        raise UnparsableError(str(error), 1) from error


class Project:
    """Everything a plugin may know about one submission's files."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot

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

        Where a package and a module of one name exist, the package wins, as it does for Python.
        """
        found: dict[str, SourceFile] = {}
        for file in self:
            if file.module not in found or file.is_package:
                found[file.module] = file
        return found

"""A snapshot: the exact accepted bytes of one project, named by their digest; it never changes."""

import hashlib
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Annotated, NoReturn, Self

import msgspec
from msgspec import Meta

DIGEST_SCHEME = b"prism-project-1\n"


class FileEntry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One file of a snapshot: its path inside the project (``/`` between components), digest and size in bytes."""

    path: Annotated[str, Meta(min_length=1, max_length=4096)]
    """Inside the project, with ``/`` between components."""
    sha256: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
    """Digest of its bytes."""
    size: Annotated[int, Meta(ge=0)]
    """In bytes."""


class Snapshot:
    r"""Accepted files in path order with their bytes.

    The digest covers paths and contents only: the order, times, attributes and compression of the archive do not
    matter. It is the SHA-256 of ``prism-project-1\n`` followed by a line ``<sha256> <size> <path>\n`` a file, sorted
    by the path's UTF-8 bytes (no path holds a line break: intake refuses control characters).
    """

    __slots__ = ("contents", "digest", "files")

    files: tuple[FileEntry, ...]
    contents: Mapping[str, bytes]
    digest: str

    def __init__(self, files: tuple[FileEntry, ...], contents: Mapping[str, bytes]) -> None:
        values = {"files": files, "contents": MappingProxyType(dict(contents)), "digest": project_digest(files)}
        for name, value in values.items():
            object.__setattr__(self, name, value)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"a snapshot never changes, and so does not its {name}")

    def __reduce__(self) -> tuple[type[Self], tuple[tuple[FileEntry, ...], dict[str, bytes]]]:
        """How one of a cluster's machines hands it to another."""
        return type(self), (self.files, dict(self.contents))

    @classmethod
    def of(cls, contents: Mapping[str, bytes]) -> Self:
        """A snapshot of the given paths and bytes, which the caller has already judged."""
        ordered = {path: contents[path] for path in sorted(contents, key=str.encode)}
        entries = tuple(
            FileEntry(path=path, sha256=hashlib.sha256(data).hexdigest(), size=len(data))
            for path, data in ordered.items()
        )
        return cls(entries, ordered)


def project_digest(files: Iterable[FileEntry]) -> str:
    """The project digest of files in any order: lower-case hex SHA-256."""
    digest = hashlib.sha256(DIGEST_SCHEME)
    for entry in sorted(files, key=lambda entry: entry.path.encode()):
        digest.update(f"{entry.sha256} {entry.size} {entry.path}\n".encode())
    return digest.hexdigest()

"""Makes the archive that is handed in: the same bytes for the same files, wherever and whenever it is made."""

import fnmatch
import hashlib
import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec

from prism.intake.archive import take_archive
from prism.intake.names import is_os_metadata, is_uninvited
from prism.intake.tree import take_folder
from prism.policy.model import IntakePolicy
from prism.snapshot import Snapshot

MOMENT: Final = (1980, 1, 1, 0, 0, 0)
"""What every entry is dated: the earliest that the format knows."""
MODE: Final = 0o100644
UNIX: Final = 3
WRAPPER: Final = "project"


class Packed(msgspec.Struct, frozen=True, kw_only=True):
    """An archive that intake takes, and what is in it."""

    archive: bytes
    digest: str
    """Of the project: paths and contents, whatever the archive."""
    sha256: str
    """Of the archive's bytes, by which the gate knows what was handed in."""
    files: int
    left_out: tuple[str, ...]
    """Paths of files and folders that were not packed; of a folder only itself."""


def pack(root: Path, limits: IntakePolicy, *, exclude: Sequence[str] = ()) -> Packed:
    """The archive of a project's folder, which intake was seen to take as the same project.

    Hidden files, what tools leave behind and what the system keeps are left out, as no archive may hold them.

    Args:
        root: the project's folder.
        limits: what the gate takes.
        exclude: patterns of paths or names that are left out besides.

    Raises:
        RefusedError: intake would refuse it.
    """
    left_out: list[str] = []
    project = take_folder(root, limits, is_left_out=_leaving_out(exclude, left_out))
    archive = _taken(project, project.contents, limits)
    if archive is None:  # the one folder in which all files are would be taken off
        archive = _taken(project, {f"{WRAPPER}/{path}": data for path, data in project.contents.items()}, limits)
    if archive is None:
        raise AssertionError("the archive is of another project than the folder")
    return Packed(
        archive=archive,
        digest=project.digest,
        sha256=hashlib.sha256(archive).hexdigest(),
        files=len(project.files),
        left_out=tuple(left_out),
    )


def _taken(project: Snapshot, contents: Mapping[str, bytes], limits: IntakePolicy) -> bytes | None:
    """An archive of the files; ``None`` if intake takes it for another project."""
    archive = _archive(contents, zipfile.ZIP_STORED)
    if len(archive) > limits.archive_bytes:
        archive = _archive(contents, zipfile.ZIP_DEFLATED)
    return archive if take_archive(archive, limits).digest == project.digest else None


def _leaving_out(exclude: Sequence[str], left_out: list[str]) -> Callable[[str], bool]:
    def is_left_out(path: str) -> bool:
        name = path.rpartition("/")[2]
        is_wanted = not any(fnmatch.fnmatchcase(text, pattern) for pattern in exclude for text in (path, name))
        if is_wanted and not is_uninvited(path) and not is_os_metadata(path):
            return False
        left_out.append(path)
        return True

    return is_left_out


def _archive(contents: Mapping[str, bytes], compression: int) -> bytes:
    """A ZIP archive of the files in their order.

    Packed bytes are made by zlib, whose versions differ in them: so files are stored as they are where there is room.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as writer:
        for path, data in contents.items():
            entry = zipfile.ZipInfo(path, MOMENT)
            entry.create_system = UNIX
            entry.external_attr = MODE << 16
            writer.writestr(entry, data, compression, 9)
    return buffer.getvalue()

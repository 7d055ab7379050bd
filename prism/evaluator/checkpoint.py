"""What a project saved, taken over by the supervisor after everybody who could still change it has been ended.

Files that are saved by one process and loaded by another are a checkpoint; a model that is handed over in any other way
is not. So whatever lies beside the given folder is refused, and so is whatever is no plain file.
"""

import os
import stat
from collections.abc import Collection, Iterator
from pathlib import Path

from prism.evaluator.fault import Fault, FaultError

FOLDER, PROJECT, TEMPORARY = "checkpoint", "project", "tmp"
"""The folders of the scratch space."""
MAX_ENTRIES = 256


def saved_files(scratch: Path, project: Collection[str], *, limit: int) -> dict[str, bytes]:
    """The files of the checkpoint folder, by their paths in it.

    Args:
        scratch: the scratch space, in which nobody else is alive.
        project: paths of the project's own files, which may lie beside the checkpoint.
        limit: bytes that all files may have together.

    Raises:
        FaultError: something lies where it does not belong, is no plain file of its own, cannot be read, or is too
            much.
    """
    try:
        _require_nothing_beside(scratch, project)
        return _read(scratch / FOLDER, limit)
    except OSError as error:
        raise FaultError(Fault.BAD_CHECKPOINT, f"the checkpoint cannot be read: {error.strerror}") from error


def _require_nothing_beside(scratch: Path, project: Collection[str]) -> None:
    own = {str(parent) for path in project for parent in Path(PROJECT, path).parents} | {FOLDER, TEMPORARY}
    own.update(f"{PROJECT}/{path}" for path in project)
    for path, _ in _entries(scratch, below=(PROJECT,), most=len(own) + MAX_ENTRIES):
        if path not in own:
            raise FaultError(Fault.BAD_CHECKPOINT, f"{ascii(path)[:200]} was left beside the checkpoint folder")


def _read(folder: Path, limit: int) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    left = limit
    for path, entry in _entries(folder, below=None, most=MAX_ENTRIES):
        found = entry.stat(follow_symlinks=False)
        if stat.S_ISDIR(found.st_mode):
            continue
        if not stat.S_ISREG(found.st_mode) or found.st_nlink != 1:
            raise FaultError(Fault.BAD_CHECKPOINT, f"{ascii(path)[:200]} is no plain file of its own")
        left -= found.st_size
        if left < 0:
            raise FaultError(Fault.CHECKPOINT_LIMIT, f"the files have more than {limit} bytes")
        files[path] = _content(entry.path, found.st_size)
    return files


def _content(path: str, size: int) -> bytes:
    with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:  # noqa: PTH123 - a descriptor
        return file.read(size)


def _entries(folder: Path, *, below: Collection[str] | None, most: int) -> Iterator[tuple[str, "os.DirEntry[str]"]]:
    """Everything in a folder with its path from there; in the folders ``below`` only, if they are named."""
    if folder.is_symlink():
        raise FaultError(Fault.BAD_CHECKPOINT, f"{folder.name} is a link")
    waiting, seen = [""], 0
    while waiting:
        above = waiting.pop()
        with os.scandir(folder / above) as entries:
            for entry in entries:
                seen += 1
                if seen > most:
                    raise FaultError(Fault.BAD_CHECKPOINT, f"there are more than {most} files and folders")
                path = f"{above}/{entry.name}".lstrip("/")
                yield path, entry
                if entry.is_dir(follow_symlinks=False) and (below is None or path.split("/")[0] in below):
                    waiting.append(path)

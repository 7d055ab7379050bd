"""The one writable folder of the container: where the project is unpacked, and emptied between the phases."""

import contextlib
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from prism.evaluator.checkpoint import FOLDER, PROJECT, TEMPORARY
from prism.evaluator.fault import Fault, FaultError
from prism.evaluator.job import JobError

SCRATCH = Path("/scratch")


def unpack(files: Mapping[str, bytes], saved: Mapping[str, bytes], scratch: Path) -> None:
    """Write the project, read-only, under ``project``, what it saved under ``checkpoint``, and make ``tmp``.

    Whoever runs as its owner can take that away again; what is compared or run next is unpacked anew.

    Raises:
        JobError: the project does not fit.
        FaultError: what it saved does not, though it lay there: files with holes are larger when they are written.
    """
    try:
        (scratch / TEMPORARY).mkdir()
        _write(files, scratch / PROJECT)
        for entry in [scratch / PROJECT, *(scratch / PROJECT).rglob("*")]:
            entry.chmod(0o500 if entry.is_dir() else 0o400)
    except OSError as error:
        raise JobError(f"the project does not fit into the scratch space: {error.strerror}") from error
    try:
        _write(saved, scratch / FOLDER)
    except OSError as error:
        what = f"the checkpoint does not fit into the scratch space: {error.strerror}"
        raise FaultError(Fault.CHECKPOINT_LIMIT, what, limit="scratch_bytes") from error


def _write(files: Mapping[str, bytes], folder: Path) -> None:
    folder.mkdir()
    for path, data in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)


def wipe(folder: Path) -> None:
    """Leave ``folder`` empty and plain, whatever hostile code made of it while nobody else may write there.

    Folders are taken apart from the top: what is in one is moved up before the next is opened, so that no nesting is
    too deep for a path or for recursion.
    """
    _make_plain(folder)
    name = secrets.token_hex(16)  # so that nothing lies in the way
    moved = 0
    while entries := list(folder.iterdir()):
        for entry in entries:
            if entry.is_symlink() or not entry.is_dir():
                entry.unlink()
                continue
            _open_up(entry)
            for child in list(entry.iterdir()):
                _open_up(child)
                moved += 1
                child.rename(folder / f"{name}-{moved}")
            entry.rmdir()
    os.utime(folder, (0, 0))


def _make_plain(folder: Path) -> None:
    """Take from the folder itself what its owner may have put on it: mode, access lists, attributes."""
    folder.chmod(0o700)
    for name in os.listxattr(folder):
        if name.startswith(("user.", "system.posix_acl_")):  # others are the host's
            os.removexattr(folder, name)


def _open_up(entry: Path) -> None:
    """Allow reading a folder and moving it, which writes into it."""
    if entry.is_dir() and not entry.is_symlink():
        entry.chmod(0o700)


def full(scratch: Path) -> tuple[str, ...]:
    """Which limits of the scratch space are used up now, by their names in the policy."""
    with contextlib.suppress(OSError):
        room = os.statvfs(scratch)
        used_up = (("scratch_bytes", room.f_bavail), ("scratch_files", room.f_favail))
        return tuple(name for name, left in used_up if left == 0)
    return ()

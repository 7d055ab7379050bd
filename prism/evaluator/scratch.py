"""The one writable folder of the container: where the project is unpacked, and emptied between the phases."""

import contextlib
import os
from collections.abc import Mapping
from pathlib import Path

from prism.evaluator.job import JobError

SCRATCH = Path("/scratch")


def unpack(files: Mapping[str, bytes], scratch: Path) -> None:
    """Write the project under ``scratch/project``, and make ``scratch/tmp`` and ``scratch/checkpoint``.

    Raises:
        JobError: the project does not fit.
    """
    try:
        for name in ("project", "tmp", "checkpoint"):
            (scratch / name).mkdir()
        for path, data in files.items():
            target = scratch / "project" / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
    except OSError as error:
        raise JobError(f"the project does not fit into the scratch space: {error.strerror}") from error


def wipe(folder: Path) -> None:
    """Leave ``folder`` empty, whatever hostile code made of it while nobody else may write there.

    Folders are taken apart from the top: what is in one is moved up before the next is opened, so that no nesting is
    too deep for a path or for recursion.
    """
    moved = 0
    while entries := list(os.scandir(folder)):
        for entry in entries:
            if not entry.is_dir(follow_symlinks=False):
                os.unlink(entry)
                continue
            os.chmod(entry, 0o700)  # noqa: PTH101 - a DirEntry known to be a folder, not a link
            for child in list(os.scandir(entry)):
                if child.is_dir(follow_symlinks=False):
                    os.chmod(child, 0o700)  # noqa: PTH101 - moving a folder writes into it
                moved += 1
                os.rename(child, folder / f"moved-{os.getpid()}-{moved}")  # noqa: PTH104 - as above
            os.rmdir(entry)


def full(scratch: Path) -> tuple[str, ...]:
    """Which limits of the scratch space are used up now, by their names in the policy."""
    with contextlib.suppress(OSError):
        room = os.statvfs(scratch)
        used_up = (("scratch_bytes", room.f_bavail), ("scratch_files", room.f_favail))
        return tuple(name for name, left in used_up if left == 0)
    return ()

"""Files with secrets, as who else on this machine may read them or put others in their place."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple


class Exposure(NamedTuple):
    """One way in which somebody else gets at a secret."""

    what: str
    do: str
    is_readable: bool
    """Whether it can be read; if not, it can be replaced."""


def exposures(file: Path) -> Iterator[Exposure]:
    """How others can get at a file with a secret, and at links and folders on the way to it; nothing if it is absent.

    A group may read a file of another owner: that is how a service reads a secret that a cluster mounts.
    """
    try:
        status, link = file.stat(), file.lstat()
        real = file.resolve(strict=True)
    except (OSError, RuntimeError):
        return
    if status.st_mode & stat.S_IRWXO:
        yield Exposure(f"everybody on this machine can read {file}", f"chmod o-rwx {real}", is_readable=True)
    elif status.st_mode & (stat.S_IWGRP | (stat.S_IRGRP if status.st_uid == os.geteuid() else 0)):
        yield Exposure(f"a group of users can read {file}, or write to it", f"chmod go-rwx {real}", is_readable=True)
    if not {status.st_uid, link.st_uid} <= {0, os.geteuid()}:
        what, do = f"{file} is another user's", f"have this service's user own {real} and the way to it"
        yield Exposure(what, do, is_readable=False)
    for folder in sorted({*file.absolute().parents, *real.parents}):
        if _is_open(folder):
            what = f"everybody on this machine can put another file in the place of {file}: {folder} is open to all"
            yield Exposure(what, f"chmod o-w {folder}", is_readable=False)


def _is_open(folder: Path) -> bool:
    """Whether everybody may rename what is in a folder; not where that is left to the owners (as in ``/tmp``)."""
    mode = folder.stat().st_mode
    return bool(mode & stat.S_IWOTH) and not mode & stat.S_ISVTX

"""Reads one file of this machine without following links, opening devices or waiting for anybody."""

import errno
import os
import stat
from pathlib import Path

from prism.intake.refusal import RefusedError, refused
from prism.intake.rules import LINK_ENTRY, SPECIAL_FILE, UNREADABLE_FILE

_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC


def read_plain_file(path: Path | str, *, most: int, shown: bytes | str, folder: int | None = None) -> bytes:
    """The first ``most`` bytes of a file and one more, which tells that there are too many.

    ``folder`` is the open folder that ``path`` is relative to; inside one, a file must not have other names (hard
    links), because it may be anybody's. ``shown`` is its name in findings.

    Raises:
        RefusedError: it is not a plain file, or cannot be read.
    """
    try:
        seen = os.stat(path, dir_fd=folder, follow_symlinks=False)
        _check_plain(seen, shown, is_inside=folder is not None)
        descriptor = os.open(path, _FLAGS, dir_fd=folder)
        try:
            _check_same(seen, os.fstat(descriptor), shown)
            with os.fdopen(descriptor, "rb", closefd=False) as file:
                return file.read(most + 1)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise unreadable(error, shown) from error


def unreadable(error: OSError, shown: bytes | str) -> RefusedError:
    """The refusal that follows from an error of the operating system."""
    if error.errno in {errno.ELOOP, errno.ENOTDIR}:  # replaced by a link since it was looked at
        return refused(LINK_ENTRY, "A link is in the way; links are not followed.", name=shown)
    return refused(UNREADABLE_FILE, f"It cannot be read: {error.strerror}.", name=shown)


def _check_plain(status: os.stat_result, shown: bytes | str, *, is_inside: bool) -> None:
    if stat.S_ISLNK(status.st_mode):
        raise refused(LINK_ENTRY, "This is a symbolic link, which is not followed.", name=shown)
    if not stat.S_ISREG(status.st_mode):
        raise refused(SPECIAL_FILE, "This is not a plain file.", name=shown)
    if is_inside and status.st_nlink > 1:
        raise refused(LINK_ENTRY, "The file has another name elsewhere (a hard link).", name=shown)


def _check_same(seen: os.stat_result, opened: os.stat_result, shown: bytes | str) -> None:
    """What was opened is what was judged: the name may have got another file meanwhile, and lost it again."""
    kinds = [(status.st_dev, status.st_ino, stat.S_IFMT(status.st_mode)) for status in (seen, opened)]
    if kinds[0] != kinds[1]:
        raise refused(UNREADABLE_FILE, "The file was exchanged while it was being read.", name=shown)

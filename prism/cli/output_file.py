"""A file for a report: whole or not at all, and never in the place of something that is not a file."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from prism.errors import UsageError


def require_writable(target: Path | None, option: str = "--output") -> None:
    """Refuse a target before any work is done for it; no target means stdout.

    Raises:
        UsageError: it is a folder or a special file, or the folder for it does not exist.
    """
    if target is None:
        return
    # os.path says "no" where pathlib would raise: on a name that is too long, in a folder one may not look into.
    if os.path.isdir(target):  # noqa: PTH112
        raise UsageError(f"{target} is a folder", where=option, do="name a file")
    if os.path.exists(target) and not os.path.isfile(target):  # noqa: PTH110, PTH113
        raise UsageError(f"{target} is a special file", where=option, do="name an ordinary file, or use stdout")
    if not os.path.isdir(target.parent):  # noqa: PTH112
        raise UsageError(f"there is no folder {target.parent}", where=option, do="make it, or name another file")


def write_whole(target: Path, content: str | bytes) -> None:
    """Replace the target by a file of the given text or bytes; on failure the old one stays.

    Raises:
        UsageError: the folder or the disk does not take it.
    """
    with replacing(target) as file:
        file.write(content.encode() if isinstance(content, str) else content)


@contextmanager
def replacing(target: Path, mode: int = 0o666) -> Iterator[BinaryIO]:
    """A file that takes the target's place when the ``with`` block ends well; otherwise the old one stays.

    Raises:
        UsageError: the folder or the disk does not take it.
    """
    import secrets

    require_writable(target)
    draft = target.with_name(f".{target.name[:100]}.{secrets.token_hex(8)}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
    except OSError as error:
        raise UsageError(
            f"{target} cannot be written: {error.strerror}", where="--output", do="make room, or name another file"
        ) from error
    finally:
        with suppress(OSError):
            draft.unlink()

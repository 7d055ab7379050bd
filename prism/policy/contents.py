"""What stands for the content of a file that a policy names, when it is read and whenever somebody looks again."""

import errno
import hashlib
from pathlib import Path


def file_content(file: Path) -> str:
    """What stands for a file in a digest.

    Raises:
        OSError: it cannot be read.
    """
    if not file.is_file():  # a pipe would never end
        raise FileNotFoundError(errno.ENOENT, "there is no such file", str(file))
    with file.open("rb") as stream:
        return f"sha256:{hashlib.file_digest(stream, 'sha256').hexdigest()}"


def content_now(file: Path) -> str:
    """What stands for a file now; empty when it cannot be read."""
    try:
        return file_content(file)
    except (OSError, ValueError):
        return ""

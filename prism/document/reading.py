"""The text of a document's file: an ordinary file, in UTF-8, never more than a document may hold."""

import os
import stat
from pathlib import Path

from prism.document import MAX_BYTES, shown
from prism.errors import DocumentError, Problem


def text_of(file: Path, *, asked_by: str, kind: str = "document") -> str:
    """The text of a file.

    Args:
        file: where it should be.
        asked_by: who names it, for messages about a file that is not there.
        kind: what it should be, in a word.

    Raises:
        DocumentError: it is missing, no ordinary file, too large, or no UTF-8.
    """
    try:
        with open(file, "rb", opener=_without_waiting) as stream:
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                raise _error(f"{shown(str(file), 200)} is not a file", asked_by, f"name a {kind} file")
            data = stream.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise _error(f"the {kind} is larger than {MAX_BYTES} bytes", str(file), "make it smaller")
        return data.decode()
    except UnicodeDecodeError as error:
        raise _error(f"the text is not UTF-8 at byte {error.start}", str(file), "save it as UTF-8") from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "it is no path"
        what = f"{shown(str(file), 200)} cannot be read: {reason}"
        raise _error(what, asked_by, "name a file that exists and may be read") from error


def _without_waiting(file: str, flags: int) -> int:
    """Open a file; a pipe without a writer does not hold the process up."""
    return os.open(file, flags | os.O_NONBLOCK)


def _error(what: str, where: str, do: str) -> DocumentError:
    return DocumentError(what, where=where, do=do, problems=(Problem(where=where, what=what, do=do),))

"""A calendar that the processes of a test read instead of the machine's, and that may be set while they run.

What counts the time since the machine was started goes on as it does where somebody sets a machine's clock.
"""

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

LIBRARIES = Path("/usr/lib")
NAME = "libfaketimeMT.so.1"


class Clock:
    """Says how far it is from the machine's."""

    def __init__(self, folder: Path, library: Path) -> None:
        self._file = folder / "offset"
        self._seconds = 0
        self.environment = {
            "LD_PRELOAD": str(library),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DISABLE_SHM": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }
        """What a process needs that is to read it."""
        self.set(0)

    def set(self, hours: float) -> None:
        """Set it, forwards or backwards from the machine's."""
        self._seconds = round(hours * 3600)
        new = self._file.with_name("new")
        new.write_text(f"{self._seconds:+d}\n")
        new.chmod(0o644)
        new.replace(self._file)

    def now(self) -> int:
        """What it says, in seconds since 1970."""
        return int(time.time()) + self._seconds


@contextmanager
def clock() -> Iterator[Clock]:
    """A clock, for the length of the context; skipped where the library that shows it is not there."""
    library = next(LIBRARIES.glob(f"**/faketime/{NAME}"), None)
    if library is None:
        pytest.skip("libfaketime is not installed")
    folder = Path(tempfile.mkdtemp(prefix="prism-clock-"))  # the database's user reads it, too
    folder.chmod(0o755)
    try:
        yield Clock(folder, library)
    finally:
        shutil.rmtree(folder)

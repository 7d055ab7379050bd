"""The file that a batch's results go to: a line each, whole or not at all, whenever the process is killed."""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import msgspec

from prism.batch.line import FIRST, Line
from prism.errors import PrismError, UsageError

SYNC_SECONDS: Final = 2.0


class OutputFailedError(UsageError):
    """A result could not be written; those before it are safe."""

    code = "batch-output-failed"


class Journal:
    """An open result file that nobody else writes to."""

    def __init__(self, path: Path, descriptor: int, size: int) -> None:
        self._path = path
        self._descriptor = descriptor
        self._size = size
        self._synced = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def add(self, line: Line) -> None:
        """Append a line; after a failure the file ends with the line before.

        Raises:
            OutputFailedError: the disk is full, or the file is gone.
        """
        data = line.text().encode()
        try:
            _write(self._descriptor, data, self._size)
            self._size += len(data)
            if time.monotonic() - self._synced > SYNC_SECONDS:
                self._sync()
        except OSError as error:
            raise OutputFailedError(
                f"a result cannot be written: {error.strerror}",
                where=str(self._path),
                do="make room, then resume: what is in the file is whole",
            ) from error

    def close(self) -> None:
        """Cut off what was not written to its end, and let others have the file."""
        if self._descriptor >= 0:
            with suppress(OSError):
                os.ftruncate(self._descriptor, self._size)
                self._sync()
            os.close(self._descriptor)
            self._descriptor = -1

    def _sync(self) -> None:
        os.fdatasync(self._descriptor)
        self._synced = time.monotonic()


def begin(path: Path, *, replace: bool = False) -> Journal:
    """A journal for a file that is not there yet, or empty, or to be replaced.

    Raises:
        UsageError: there are results in it already, it cannot be written, or another batch writes to it.
    """
    descriptor = _locked(path)
    size = os.fstat(descriptor).st_size
    if size and not replace:
        os.close(descriptor)
        raise there_is_something(path)
    os.ftruncate(descriptor, 0)
    return Journal(path, descriptor, 0)


def there_is_something(path: Path) -> UsageError:
    """What to say of an output that nobody said what to do with."""
    do = "--resume goes on with it, --only-changed keeps what has not changed, --overwrite begins anew"
    return UsageError("there is something in the output already", where=str(path), do=do)


def resume(path: Path, is_kept: Callable[[Line], bool]) -> Journal:
    """A journal that goes on with what stands in a file, without the lines that are not to be kept.

    A last line that was not written to its end is taken away.

    Args:
        path: the file; it need not be there.
        is_kept: asked about each line, in their order.

    Raises:
        UsageError: something else than results is in the file, it cannot be written, or another batch writes to it.
    """
    descriptor = _locked(path)
    draft = path.with_name(f".{path.name[:100]}.resuming")
    try:
        kept = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW, 0o666)
        try:
            size = _copied(path, descriptor, kept, is_kept)
            if size == os.fstat(descriptor).st_size:
                return Journal(path, os.dup(descriptor), size)
            fcntl.flock(kept, fcntl.LOCK_EX)
            os.fdatasync(kept)
            draft.replace(path)
            return Journal(path, os.dup(kept), size)
        finally:
            os.close(kept)
    except OSError as error:
        raise _unwritable(path, error) from error
    finally:
        os.close(descriptor)
        with suppress(OSError):
            draft.unlink()


def read(path: Path) -> Iterator[Line]:
    """The lines of a file that a batch has written.

    Raises:
        UsageError: something else than results is in the file, or it cannot be read.
    """
    try:
        with path.open("rb") as stream:
            for number, text in enumerate(stream, 1):
                if (line := _parsed(path, number, text)) is not None:
                    yield line
    except OSError as error:
        raise _unreadable(path, error) from error


def _copied(path: Path, source: int, target: int, is_kept: Callable[[Line], bool]) -> int:
    """Copy the lines that are kept; how many bytes they are."""
    size = 0
    for number, text in _lines(source):
        line = _parsed(path, number, text)
        if line is not None and is_kept(line):
            _write(target, text, size)
            size += len(text)
    return size


def _write(descriptor: int, data: bytes, start: int) -> None:
    """Write all of it: a disk that is nearly full takes a part first."""
    written = 0
    while written < len(data):
        written += os.pwrite(descriptor, data[written:], start + written)


def _lines(descriptor: int) -> Iterator[tuple[int, bytes]]:
    with os.fdopen(os.dup(descriptor), "rb") as stream:
        stream.seek(0)
        yield from enumerate(stream, 1)


def _parsed(path: Path, number: int, text: bytes) -> Line | None:
    """The line's record; nothing for one that a killed process or machine has left unfinished."""
    if not text.endswith(b"\n") and (FIRST.encode().startswith(text[: len(FIRST)].rstrip(b"\0"))):
        return None
    try:
        return Line.parse(text)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        do = "name the output of this batch, or --overwrite it"
        raise UsageError("this is no result of a batch", where=f"{path}:{number}", do=do) from error


def _locked(path: Path) -> int:
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError as error:
        raise _unwritable(path, error) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if not os.path.samestat(os.fstat(descriptor), path.stat()):
            raise BlockingIOError
    except OSError as error:
        os.close(descriptor)
        do = "wait for it, or name another file"
        raise UsageError("another batch writes to the output", where=str(path), do=do) from error
    return descriptor


def _unreadable(path: Path, error: OSError) -> PrismError:
    return UsageError(f"the results cannot be read: {error.strerror}", where=str(path), do="look at its permissions")


def _unwritable(path: Path, error: OSError) -> PrismError:
    do = "make room, or name another file"
    return UsageError(f"the output cannot be written: {error.strerror}", where=str(path), do=do)

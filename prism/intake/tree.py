"""Takes a folder of this machine: the rules are those for archives, and nothing is followed or left out silently."""

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from prism.intake.collection import Collection
from prism.intake.headers import check_mode
from prism.intake.layout import ENTRIES_PER_FILE
from prism.intake.names import check_name, check_type, is_os_metadata
from prism.intake.plain_file import read_plain_file, unreadable
from prism.intake.refusal import Refusals, refused
from prism.intake.rules import FILE_TOO_LARGE, NAME_ENCODING, TOO_MANY_FILES, TOTAL_TOO_LARGE, UNREADABLE_FILE
from prism.policy.model import IntakePolicy
from prism.snapshot import Snapshot

_FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def take_all_of_it(_path: str) -> bool:
    """Leave nothing out."""
    return False


def take_folder(root: Path, limits: IntakePolicy, *, is_left_out: Callable[[str], bool] = take_all_of_it) -> Snapshot:
    """The snapshot of a folder: the same one that its archive would give.

    ``root`` itself may be a link, because whoever names it means what it points at; nothing inside is followed.

    Args:
        root: the folder.
        limits: what is taken.
        is_left_out: asked for the path of each file and folder inside; what it wants left out is not looked at.

    Raises:
        RefusedError: the folder is refused as a whole.
    """
    walk = _Walk(limits, is_left_out)
    with _opened_root(root) as folder:
        walk.take_all(folder, "")
    walk.refusals.settle()
    return walk.collection.snapshot()


@contextmanager
def _opened_root(root: Path) -> Iterator[int]:
    try:
        descriptor = os.open(root, _FOLDER_FLAGS & ~os.O_NOFOLLOW)
    except NotADirectoryError:
        raise refused(UNREADABLE_FILE, "This is not a folder.", name=root.name) from None
    except OSError as error:
        raise unreadable(error, root.name or ".") from error
    try:
        yield descriptor
    finally:
        os.close(descriptor)


class _Walk:
    """One walk through a folder, from open folder to open folder: a path is never resolved a second time."""

    def __init__(self, limits: IntakePolicy, is_left_out: Callable[[str], bool]) -> None:
        self.collection = Collection(limits)
        self.refusals = Refusals()
        self._is_left_out = is_left_out
        self._limits = limits
        self._entries = 0
        self._files = 0
        self._bytes = 0

    def take_all(self, folder: int, prefix: str) -> None:
        """Take what is in an open folder, in the order of names, until enough is refused."""
        for name in self._names(folder, prefix):
            if self.refusals.is_full:
                return
            if self._is_left_out(prefix + name):
                continue
            with self.refusals.collected():
                mode = self._judged_mode(folder, name, prefix + name)
                if stat.S_ISDIR(mode):
                    self._descend(folder, name, prefix + name)
                else:
                    self._take_file(folder, name, prefix + name)
            self._check_totals()

    def _names(self, folder: int, prefix: str) -> list[str]:
        """Names in a folder, of which no more are read than may still come."""
        room = self._limits.files * ENTRIES_PER_FILE - self._entries
        try:
            with os.scandir(folder) as listing:
                names = sorted((entry.name for entry in islice(listing, room + 1)), key=os.fsencode)
        except OSError as error:
            raise unreadable(error, prefix or ".") from error
        self._entries += len(names)
        return names

    def _judged_mode(self, folder: int, name: str, path: str) -> int:
        raw = os.fsencode(path)
        try:
            raw.decode("utf-8")
        except UnicodeDecodeError:
            raise refused(NAME_ENCODING, "The name is not UTF-8.", name=raw) from None
        check_name(path, raw, self._limits)
        try:
            status = os.stat(name, dir_fd=folder, follow_symlinks=False)
        except OSError as error:
            raise unreadable(error, path) from error
        is_folder = stat.S_ISDIR(status.st_mode)
        check_mode(stat.S_IFMT(status.st_mode) if is_folder else status.st_mode, is_folder=is_folder, name=path)
        return status.st_mode

    def _descend(self, folder: int, name: str, path: str) -> None:
        self.collection.claim(path, is_folder=True)
        try:
            inner = os.open(name, _FOLDER_FLAGS, dir_fd=folder)
        except OSError as error:
            raise unreadable(error, path) from error
        try:
            self.take_all(inner, path + "/")
        finally:
            os.close(inner)

    def _take_file(self, folder: int, name: str, path: str) -> None:
        self._files += 1
        self.collection.claim(path, is_folder=False)
        if not is_os_metadata(path):
            check_type(path, self._limits)
        most = self._limits.file_bytes
        data = read_plain_file(name, most=most, shown=path, folder=folder)
        self._bytes += len(data)
        if len(data) > most:
            raise refused(FILE_TOO_LARGE, f"The file has more than the {most} bytes that are taken.", name=path)
        self.collection.add(path, data)

    def _check_totals(self) -> None:
        """Leave at once when the whole is too much: what follows cannot mend it."""
        limits = self._limits
        if self._files > limits.files or self._entries > limits.files * ENTRIES_PER_FILE:
            raise refused(TOO_MANY_FILES, f"There are more files than the {limits.files} that are taken.")
        if self._bytes > limits.total_bytes:
            raise refused(TOTAL_TOO_LARGE, f"The files have more than {limits.total_bytes} bytes together.")

"""Collects accepted files until they make a snapshot: no two in one place, no room beyond the policy's."""

import unicodedata
from itertools import accumulate

import msgspec

from prism.intake.content import check_content, check_unpacked_again
from prism.intake.names import is_os_metadata
from prism.intake.refusal import refused
from prism.intake.rules import (
    COLLIDING_NAME,
    DUPLICATE_NAME,
    EMPTY_ARCHIVE,
    FILE_AS_FOLDER,
    ROOT_FOLDER,
)
from prism.policy.model import IntakePolicy
from prism.snapshot import Snapshot


class _Place(msgspec.Struct, kw_only=True):
    path: str
    is_folder: bool
    is_listed: bool
    """Named by an entry of its own; a folder may also exist only because a file is in it."""


class Collection:
    """The files of one archive or folder, as they are accepted one by one."""

    def __init__(self, limits: IntakePolicy) -> None:
        self._limits = limits
        self._places: dict[str, _Place] = {}
        self._contents: dict[str, bytes] = {}

    def claim(self, path: str, *, is_folder: bool) -> None:
        """Take a place, and the folders on the way to it; each place can be taken once."""
        *folders, _ = accumulate(path.split("/"), "{}/{}".format)
        for folder in folders:
            self._take(_Place(path=folder, is_folder=True, is_listed=False), path)
        self._take(_Place(path=path, is_folder=is_folder, is_listed=True), path)

    def _take(self, place: _Place, path: str) -> None:
        other = self._places.setdefault(_folded(place.path), place)
        if other is place:
            return
        if other.path != place.path:
            raise refused(COLLIDING_NAME, "The name equals another one but for case or Unicode form.", name=path)
        if other.is_folder != place.is_folder:
            raise refused(FILE_AS_FOLDER, "One entry is a file where another one needs a folder.", name=path)
        if other.is_listed and place.is_listed:
            raise refused(DUPLICATE_NAME, "Another entry has the same name.", name=path)
        other.is_listed = other.is_listed or place.is_listed

    def add(self, path: str, data: bytes) -> None:
        """Keep a file, if its bytes are what its name says; bookkeeping of the system is looked at and left out."""
        if is_os_metadata(path):
            check_unpacked_again(path, data)
            return
        check_content(path, data)
        self._contents[path] = data

    def snapshot(self) -> Snapshot:
        """All files that were kept, without the one folder that may wrap them."""
        if not self._contents:
            raise refused(EMPTY_ARCHIVE, "There are no files in it.")
        return Snapshot.of(self._without_wrapper())

    def _without_wrapper(self) -> dict[str, bytes]:
        first = next(iter(self._contents))
        wrapper = first.partition("/")[0] + "/"
        # A folder with an `__init__.py` is a package: to take it off would change what its files import.
        if f"{wrapper}__init__.py" in self._contents or not all(path.startswith(wrapper) for path in self._contents):
            return self._contents
        if self._limits.root_folder == "refuse":
            raise refused(ROOT_FOLDER, "One folder wraps all files.", name=wrapper)
        return {path.removeprefix(wrapper): data for path, data in self._contents.items()}


def _folded(path: str) -> str:
    """What paths have in common that are one path where case or Unicode form does not matter."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", path).casefold())

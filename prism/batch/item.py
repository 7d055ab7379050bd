"""One project of a batch: what it is called, who hands it in, and where its bytes are."""

import hashlib
import os
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from prism.errors import UsageError

MAX_NAME = 4096


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One project of a batch."""

    id: Annotated[str, Meta(max_length=MAX_NAME)]
    """No other item of the batch has it."""
    path: str
    """Where the project is, as its reader knows it; text, whatever bytes the name holds."""
    hotkey: str = ""
    file: bytes = b""
    """The absolute path of its folder or archive, unless it is in a store."""
    store: str = ""
    """The store that it is in, under ``submission``."""
    submission: str = ""
    is_named: bool = False
    """Whether somebody gave it its id, and not only its path."""
    problem: str = ""
    """Why there is nothing to review; then ``remedy`` says what to do."""
    remedy: str = ""

    @property
    def key(self) -> str:
        """What the item is called in a store: its id, or for a path something that no other batch gives to others."""
        if self.is_named:
            return self.id
        digest = hashlib.sha256(self.file or f"{self.store}#{self.submission}".encode()).hexdigest()
        return f"batch-{digest[:32]}"

    def source(self) -> bytes | Path:
        """The project, for a gate.

        Raises:
            UsageError: there is nothing to review.
            StoreError: the store that it is in cannot be read.
        """
        if self.problem:
            raise UsageError(self.problem, where=self.path, do=self.remedy)
        if self.store:
            from prism.store import open_store
            from prism.store.reindex import archive_of

            with open_store(self.store, must_exist=True) as store:
                return archive_of(store.snapshot(self.submission))
        return Path(os.fsdecode(self.file))


def of_path(path: Path, *, shown: str = "", id: str = "", hotkey: str = "") -> Item:  # noqa: A002 - what it is called
    """The item for a folder or an archive."""
    name = text_of(shown or str(path))
    file = os.fsencode(path.absolute())
    return Item(id=id or name, path=name, hotkey=hotkey, file=file, is_named=bool(id))


def text_of(path: str) -> str:
    """A path as text that can stand in any document, also if its bytes are no UTF-8."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")[:MAX_NAME]

"""A folder of earlier submissions as a corpus: indexed once, and again only where it changed.

The index is a store in a hidden folder beside the submissions, or in the user's cache where that cannot be written.
"""

import hashlib
import io
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from prism.errors import UsageError

if TYPE_CHECKING:
    from prism.gate import Gate
    from prism.store import Store

CACHE: Final = ".prism-cache"
LARGEST_FILE: Final = 64 * 1024 * 1024


def entries(folder: Path) -> list[Path]:
    """The earlier submissions in a folder: every sub-folder and file that is not hidden, by name.

    Raises:
        UsageError: it is no folder, or there is nothing in it.
    """
    try:
        found = sorted((each for each in folder.iterdir() if not each.name.startswith(".")), key=lambda each: each.name)
    except OSError as error:
        what = f"the corpus cannot be read: {error.strerror}"
        raise UsageError(
            what, where=str(folder), do="name a folder with one submission in each folder or file"
        ) from error
    if not found:
        raise UsageError("there is nothing in the corpus", where=str(folder), do="put earlier submissions into it")
    return found


def place_of_index(folder: Path, policy_digest: str) -> Path:
    """Where the index of a folder is kept; each policy has its own, because limits and settings differ."""
    name = f"corpus-{policy_digest[:16]}.sqlite3"
    beside = folder / CACHE
    try:
        beside.mkdir(exist_ok=True)
        if os.access(beside, os.W_OK):
            return beside / name
    except OSError:
        pass  # a read-only place: the user's own cache takes it
    base = os.environ.get("XDG_CACHE_HOME", "")
    cache = (Path(base) if base.startswith("/") else Path.home() / ".cache") / "prism"
    cache.mkdir(parents=True, exist_ok=True)
    return cache / f"{hashlib.sha256(os.fsencode(folder.absolute())).hexdigest()[:16]}-{name}"


def bring_up_to_date(store: "Store", folder: Path, gate: "Gate") -> Iterator[tuple[str, UsageError]]:
    """Make a store hold what is in a folder; yields the entries that cannot be read, each with the reason.

    The id of a submission is its name in the folder; who changed or went is forgotten.
    """
    known = {each.id: each.received_at for each in store.submissions(limit=10_000_000)}
    there = {entry.name: (entry, _moment(entry)) for entry in entries(folder)}
    for name, moment in known.items():
        if name not in there or there[name][1] != moment:
            store.forget(id=name)
    for name, (entry, moment) in there.items():
        if known.get(name) == moment:
            continue
        try:
            snapshot, features = gate.features_of(as_project(entry))
            store.keep(snapshot, features, id=name, received_at=moment)
        except UsageError as error:
            yield name, error


def as_project(entry: Path) -> bytes | Path:
    """What the gate takes: a folder or an archive as it is, and a single file as a project of that one file.

    Raises:
        UsageError: it cannot be read.
    """
    if entry.is_dir() or entry.suffix.lower() == ".zip":
        return entry
    try:
        if entry.stat().st_size > LARGEST_FILE:
            raise UsageError("the file is too large", where=str(entry), do="leave it out")
        data = entry.read_bytes()
    except OSError as error:
        raise UsageError(f"it cannot be read: {error.strerror}", where=str(entry), do="mend its permissions") from error
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(zipfile.ZipInfo(entry.name), data)
    return packed.getvalue()


def _moment(entry: Path) -> int:
    """When an entry was changed last, in microseconds: any change to it changes this."""
    newest = entry.stat().st_mtime_ns
    for base, _, names in os.walk(entry):
        newest = max([newest, *((Path(base) / name).lstat().st_mtime_ns for name in (*names, "."))])
    return newest // 1000

"""Opens an archive: from its bytes to a snapshot, one step after another."""

from pathlib import Path

from prism.intake.collection import Collection
from prism.intake.headers import entry_name
from prism.intake.inflate import unpack
from prism.intake.layout import Entry, lay_out
from prism.intake.names import check_name, check_type, is_os_metadata
from prism.intake.plain_file import read_plain_file
from prism.intake.refusal import Refusals, refused
from prism.intake.rules import ARCHIVE_TOO_LARGE, TOO_MANY_FILES, TOTAL_TOO_LARGE
from prism.policy.model import IntakePolicy
from prism.snapshot import Snapshot

_HERE = "./"


def take_archive(data: bytes, limits: IntakePolicy) -> Snapshot:
    """The snapshot of a ZIP archive, decided from its bytes alone.

    Damage to the archive's structure refuses it at once; otherwise every entry is looked at, and the refusal names
    the first cause of each (of at most 20).

    Raises:
        RefusedError: the archive is refused as a whole; nothing of it is kept.
    """
    _check_size(len(data), limits)
    entries = lay_out(data, limits.files)
    _check_totals(entries, limits)
    collection, refusals = Collection(limits), Refusals()
    for entry in entries:
        with refusals.collected():
            _take(entry, collection, limits)
        if refusals.is_full:
            break
    refusals.settle()
    return collection.snapshot()


def _take(entry: Entry, collection: Collection, limits: IntakePolicy) -> None:
    name = entry_name(entry)
    is_folder = name.endswith("/")
    path = name.removeprefix(_HERE).removesuffix("/")
    if name != _HERE:  # bsdtar lists the folder it started from
        check_name(path, entry.central.name, limits)
    collection.claim(path, is_folder=is_folder)
    if not is_folder and not is_os_metadata(path):
        check_type(path, limits)
    data = unpack(entry, limits)
    if not is_folder:
        collection.add(path, data)


def _check_size(size: int, limits: IntakePolicy) -> None:
    if size > limits.archive_bytes:
        raise refused(ARCHIVE_TOO_LARGE, f"The archive is larger than the {limits.archive_bytes} bytes that are taken.")


def _check_totals(entries: tuple[Entry, ...], limits: IntakePolicy) -> None:
    """What the headers promise together is within the limits; each entry is later held to its promise."""
    files = sum(not entry.central.name.endswith(b"/") for entry in entries)
    if files > limits.files:
        raise refused(TOO_MANY_FILES, f"The archive has {files} files; at most {limits.files} are taken.")
    total = sum(entry.central.unpacked for entry in entries)
    if total > limits.total_bytes:
        raise refused(
            TOTAL_TOO_LARGE, f"The files have {total} bytes together; at most {limits.total_bytes} are taken."
        )


def read_bounded(path: Path, limits: IntakePolicy) -> bytes:
    """The bytes of an archive file, of which no more is read than the policy takes and one byte.

    Raises:
        RefusedError: it is too large, is not a plain file (links are not followed), or cannot be read.
    """
    data = read_plain_file(path, most=limits.archive_bytes, shown=path.name)
    _check_size(len(data), limits)
    return data

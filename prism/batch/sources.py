"""From what a command line names to the items of a batch, in the order named."""

import glob
import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import NamedTuple

import msgspec

from prism.batch.item import Item, of_path, text_of
from prism.batch.manifest import MEND, SUFFIXES, read_list, read_manifest
from prism.errors import UsageError

STORE_URLS = ("sqlite://", "postgresql://", "postgres://", "postgresql+psycopg://")
STORE_MAGIC = b"SQLite format 3\0"
STDIN = "-"
ALL = 1 << 40


class Batch(NamedTuple):
    """What is to be reviewed."""

    items: tuple[Item, ...]
    notices: tuple[str, ...]
    """What an operator may want to know about the sources."""


def find_items(sources: Iterable[str], stdin: Iterable[bytes]) -> Batch:
    """Everything that sources stand for: each item once, each id once.

    Args:
        sources: folders, archives, patterns, manifests, stores, and ``-`` for a list on stdin.
        stdin: its lines.

    Raises:
        UsageError: a source is not there, cannot be read, or stands for nothing.
    """
    items: list[Item] = []
    notices: list[str] = []
    for source in sources:
        found = list(_found(source, stdin, notices))
        if not found:
            raise UsageError("there is no project in this", where=source, do="name what holds folders or ZIP archives")
        items += found
    return Batch(tuple(_without_doubles(items, notices)), tuple(notices))


def _found(source: str, stdin: Iterable[bytes], notices: list[str]) -> Iterable[Item]:
    if source == STDIN:
        return read_list(b"".join(stdin), Path())
    if source.startswith(STORE_URLS):
        return _in_store(source)
    if (found := _at(Path(source), notices)) is not None:
        return found
    if os.path.lexists(source):
        do = "name a folder, a ZIP archive or a manifest; a list may come on stdin, with - as the source"
        raise UsageError("this is neither a folder nor an ordinary file", where=source, do=do)
    matches = sorted(glob.glob(source, recursive=True), key=os.fsencode)  # noqa: PTH207 - pathlib refuses absolute ones
    if not matches:
        do = "check the spelling: a folder, a ZIP archive, a pattern, a manifest (.csv, .jsonl), a store, or -"
        raise UsageError("there is no such file or folder, and nothing fits it as a pattern", where=source, do=do)
    return [item for match in map(Path, matches) for item in _matched(match, notices)]


def _matched(match: Path, notices: list[str]) -> Iterable[Item]:
    """What fits a pattern; of what is neither a folder nor a file, its own line will say so."""
    found = _at(match, notices)
    return [of_path(match)] if found is None else found


def _at(path: Path, notices: list[str]) -> Iterable[Item] | None:
    """What a folder or file stands for; ``None`` if it is neither."""
    # os.path says "no" where pathlib would raise: on a name that is too long, in a folder one may not look into.
    if os.path.isdir(path):  # noqa: PTH112
        return _in_folder(path, notices)
    return _in_file(path, notices) if os.path.isfile(path) else None  # noqa: PTH113


def _in_file(file: Path, notices: list[str]) -> Iterable[Item]:
    if file.suffix.lower() in SUFFIXES:
        items, foreign = read_manifest(file)
        if foreign:
            notices.append(f"{file}: these columns mean nothing here: {', '.join(map(str, foreign))}")
        return items
    return _in_store(str(file)) if _is_store(file) else [of_path(file)]


def _is_store(file: Path) -> bool:
    try:
        with file.open("rb") as stream:
            return stream.read(len(STORE_MAGIC)) == STORE_MAGIC
    except OSError:  # its own line will say so
        return False


def _in_folder(folder: Path, notices: list[str]) -> Iterable[Item]:
    """A folder with Python or a project's manifest in it is a project; any other holds projects."""
    try:
        inside = sorted(folder.iterdir(), key=lambda each: os.fsencode(each.name))
    except OSError as error:
        do = "mend its permissions"
        raise UsageError(f"the folder cannot be read: {error.strerror}", where=str(folder), do=do) from error
    if any(each.suffix == ".py" or each.name == "prism.yaml" for each in inside):
        return [of_path(folder)]
    shown = [each for each in inside if not each.name.startswith(".")]
    projects = [each for each in shown if os.path.isdir(each) or each.suffix.lower() == ".zip"]  # noqa: PTH112
    if len(projects) < len(shown):
        first = next(each for each in shown if each not in projects)
        notices.append(f"{folder}: {len(shown) - len(projects)} are neither folders nor ZIPs, such as {first.name}")
    return [of_path(each) for each in projects]


def _in_store(location: str) -> Iterator[Item]:
    """Every submission that is in a store, the earliest first."""
    from prism.store import open_store

    with open_store(location, must_exist=True) as store:
        where = text_of(store.where)
        for row in reversed(store.submissions(limit=ALL)):
            shown = f"{where}#{row.id}"
            yield Item(id=row.id, path=shown, hotkey=row.hotkey, store=location, submission=row.id, is_named=True)


def _without_doubles(items: Sequence[Item], notices: list[str]) -> Iterator[Item]:
    """Each item once; of two that share an id, the later is a problem under a name of its own."""
    taken = {item.id for item in items}
    first: dict[str, Item] = {}
    repeated = 0
    for number, item in enumerate(items, 1):
        known = first.setdefault(item.id, item)
        if known is item:
            yield item
        elif _is_same(known, item):
            repeated += 1
        else:
            problem = f"the id {item.id!r} is that of {known.path!r} already"
            name = next(name for each in count() if (name := f"{item.id}#{number + each}") not in taken)
            taken.add(name)
            yield msgspec.structs.replace(item, id=name, is_named=False, problem=problem, remedy=MEND)
    if repeated:
        notices.append(f"{repeated} projects are named more than once, and reviewed once")


def _is_same(first: Item, second: Item) -> bool:
    """Whether two items are one project, handed in by the same."""
    place = ("file", "store", "submission", "hotkey", "problem")
    return not first.problem and all(getattr(first, each) == getattr(second, each) for each in place)

"""The entry points of one group, read from the metadata that lies beside installed packages.

``importlib.metadata`` reads them too, but imports readers for mail and archives first, which takes longer than the
review of a small project. It is asked only where distributions are found in some other way than in plain folders.
"""

import os
import re
import sys
from collections.abc import Iterator
from functools import lru_cache
from importlib import import_module
from importlib.machinery import PathFinder
from operator import attrgetter
from typing import Any, Final, NamedTuple

_METADATA: Final = {".dist-info": "METADATA", ".egg-info": "PKG-INFO"}
"""Suffixes of the folders that describe a distribution, and the file in them that says its name and version."""


class EntryPoint(NamedTuple):
    """One named object of an installed distribution."""

    name: str
    value: str
    """``module`` or ``module:object``."""
    distribution: str
    version: str

    def load(self) -> Any:  # noqa: ANN401 - whatever the distribution's author put there
        """Import the module and return the object, or the module when the value names no object."""
        module, _, attribute = self.value.partition("[")[0].partition(":")
        loaded = import_module(module.strip())
        return attrgetter(attribute.strip())(loaded) if attribute.strip() else loaded


def entry_points(group: str) -> tuple[EntryPoint, ...]:
    """The entry points of a group, those of a distribution that is found twice only once: as Python would import it."""
    return _found(group, tuple((folder, _changed_at(folder)) for folder in sys.path))


@lru_cache(maxsize=8)
def _found(group: str, places: tuple[tuple[str, int], ...]) -> tuple[EntryPoint, ...]:
    """The entry points in folders as they were changed last: installing and removing packages changes their folder."""
    entries = [entry for folder, _ in places for entry in _entries(folder or ".")]
    if _is_unusual(entries):
        return tuple(_asked(group))
    folders: dict[str, str] = {}
    for entry in entries:
        stem, suffix = os.path.splitext(entry.name)  # noqa: PTH122 - as text, there may be hundreds
        if suffix in _METADATA:
            folders.setdefault(re.sub(r"[-_.]+", "-", stem.partition("-")[0]).lower(), entry.path)
    return tuple(found for folder in folders.values() for found in _declared(folder, group))


def _changed_at(folder: str) -> int:
    try:
        return os.stat(folder or ".").st_mtime_ns  # noqa: PTH116 - as text
    except OSError:
        return 0


def _entries(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:  # Python passes over it as well when it imports
        return []


def _is_unusual(entries: list[os.DirEntry[str]]) -> bool:
    """Whether distributions may be found by other means: hooks of tools, archives on the path, eggs."""
    hooks = [finder for finder in sys.meta_path if finder is not PathFinder and hasattr(finder, "find_distributions")]
    archives = [path for path in sys.path if path.endswith(".egg") or os.path.isfile(path)]  # noqa: PTH113 - as text
    return bool(hooks or archives) or any(entry.name.endswith(".egg") for entry in entries)


def _asked(group: str) -> Iterator[EntryPoint]:
    from importlib import metadata

    for entry in metadata.entry_points(group=group):
        dist = entry.dist
        yield EntryPoint(entry.name, entry.value, dist.name if dist else "", dist.version if dist else "0")


def _declared(folder: str, group: str) -> Iterator[EntryPoint]:
    """What one distribution declares in a group."""
    pairs = list(_section(_text(f"{folder}/entry_points.txt"), group))
    if not pairs:
        return
    name = next(name for suffix, name in _METADATA.items() if folder.endswith(suffix))
    header = _text(f"{folder}/{name}").partition("\n\n")[0]
    fields = dict(line.split(": ", 1) for line in header.splitlines() if line.startswith(("Name: ", "Version: ")))
    for name, value in pairs:
        yield EntryPoint(name, value, fields.get("Name", "").strip(), fields.get("Version", "0").strip())


def _section(text: str, group: str) -> Iterator[tuple[str, str]]:
    """The pairs of one section of an INI file."""
    current = ""
    for line in map(str.strip, text.splitlines() if group in text else ()):
        if line.startswith("[") and line.endswith("]"):
            current = line.strip("[]")
        elif current == group and "=" in line and not line.startswith("#"):
            name, _, value = line.partition("=")
            yield name.strip(), value.strip()


def _text(path: str) -> str:
    try:
        with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - as text
            return file.readall().decode().replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError):
        return ""

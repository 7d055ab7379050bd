"""Which plugin is tried, and the smallest policy that selects it."""

import json
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from prism.errors import PluginError
from prism.plugin import ENTRY_POINTS, installed_names


class PluginUnderTest(msgspec.Struct, frozen=True, kw_only=True):
    """A plugin as a policy names it, with the settings that it is tried with."""

    name: str
    source: str = ""
    """What stands after ``from:``; empty for an installed plugin."""
    settings: Mapping[str, Any] = msgspec.field(default_factory=dict)

    @classmethod
    def at(cls, place: str | Path, *, name: str = "", settings: Mapping[str, Any] | None = None) -> "PluginUnderTest":
        """The plugin in a file, in a package's folder (the one with ``pyproject.toml``), or installed under a name.

        A package need not be installed: its folder, or ``src`` in it, is put on Python's path.

        Args:
            place: the file, the folder, or the name.
            name: which one, where a package has several; what a file's is called, if not after the file.
            settings: what a policy would give it.

        Raises:
            PluginError: there is no plugin.
        """
        path = Path(place)
        if path.is_dir():
            name, source = _of_package(path.resolve(), name)
        elif path.is_file():
            name, source = name or path.stem, str(path.resolve())
        elif str(place) in installed_names():
            name, source = str(place), ""
        else:
            raise PluginError(
                "there is no plugin",
                where=str(place),
                do="name a Python file, the folder of a package with its pyproject.toml, or an installed plugin",
            )
        return cls(name=name, source=source, settings=settings or {})

    def policy(self, **sections: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
        """A policy that selects this plugin and nothing else; ``sections`` are laid over it."""
        chosen = {"from": self.source} if self.source else {}
        plugins = {self.name: {**chosen, **({"settings": dict(self.settings)} if self.settings else {})}}
        return {"policy": 1, "name": f"test-of-{self.name.replace('_', '-')}", "plugins": plugins, **sections}


def write_policy(policy: Mapping[str, Any], folder: Path) -> Path:
    """A policy as a file in a folder."""
    path = folder / "policy.json"
    path.write_text(json.dumps(policy), encoding="utf-8")
    return path


def _of_package(folder: Path, name: str) -> tuple[str, str]:
    """Name and source of a package's plugin, whose folder is put on Python's path."""
    entries = _entries(folder / "pyproject.toml")
    if not name and len(entries) == 1:
        (name,) = entries
    if name not in entries:
        raise PluginError(
            f"there is no plugin {name!r}" if name else f"there are {len(entries)} plugins",
            where=f"{folder.name}/pyproject.toml: [project.entry-points.{ENTRY_POINTS}]",
            do=f"name one of them: {', '.join(entries)}" if entries else 'write NAME = "module:Class" there',
        )
    for place in (folder, folder / "src"):
        if place.is_dir() and str(place) not in sys.path:
            sys.path.insert(0, str(place))
    return name, f"module:{entries[name]}"


def _entries(file: Path) -> dict[str, str]:
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
        entries = document.get("project", {}).get("entry-points", {}).get(ENTRY_POINTS, {})
        return msgspec.convert(entries, dict[str, str])
    except (OSError, ValueError, AttributeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        what = f"the package's description cannot be read: {reason}"
        raise PluginError(what, where=str(file), do="name the folder in which pyproject.toml lies") from error

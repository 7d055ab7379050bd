"""What a plugin is before it is registered, and how one is found.

It stands apart from the host because a policy has to know its plugins (their settings schemas, their versions) before
anything is registered or called. A plugin is found by name among the entry points of the group ``prism``, or by what
the policy says after ``from:``: a file (``./rules.py``), a module (``module:house.rules``) or something in one
(``module:house.rules:Rules``). It is a class with
``name``, ``settings_schema`` and a constructor that takes the validated settings, or a plain module with hook functions
in it.
"""

import copy
import errno
import hashlib
import inspect
import os
import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import msgspec

from prism.entry_points import EntryPoint, entry_points
from prism.errors import PluginError
from prism.plugin_failure import PluginFailedError, loaded

if TYPE_CHECKING:
    from prism.schema_problems import Complaint

ENTRY_POINTS = "prism"
DISTRIBUTION = "prism-gate"
CORE_NAMES = frozenset({"host", "intake", "project", "run"})


class PluginDefinition(msgspec.Struct, frozen=True, kw_only=True):
    """A plugin that was found and imported, but not yet given its settings."""

    name: str
    version: str
    origin: str
    """Where it came from, for people: an entry point with its distribution, a file, a module."""
    source: str = ""
    base: Path = Path()
    """What :func:`find_plugin` was given, so that another process can find the same plugin."""
    implementation: Any
    """The class, or the module that is the plugin itself."""
    is_own: bool = False
    """Whether it came with PRISM, whose tests hold it to its promises."""

    @property
    def settings_schema(self) -> dict[str, Any] | None:
        """JSON Schema of the plugin's settings; ``None`` when it takes none."""
        schema = getattr(self.implementation, "settings_schema", None)
        return schema if isinstance(schema, dict) else None

    @property
    def is_read_only(self) -> bool:
        """Whether the plugin promises (``reads_only = True``) to change nothing in the trees it is given."""
        return getattr(self.implementation, "reads_only", False) is True

    def import_ahead(self) -> None:
        """Import what the plugin says that its guarded hooks import (``guarded_imports``), once for all reviews.

        Raises:
            PluginError: one of the modules cannot be imported.
        """
        names = getattr(self.implementation, "guarded_imports", ())
        for name in names if isinstance(names, tuple) else ():
            _imported(self.name, str(name), lambda: import_module(name))  # noqa: B023 - it is called at once

    def complaints(self, settings: Mapping[str, Any]) -> "tuple[Complaint, ...]":
        """What the plugin itself (``check_settings``) finds wrong with settings that satisfy its schema.

        Raises:
            PluginError: it raised, or returned something else than complaints.
        """
        check = getattr(self.implementation, "check_settings", None)
        if check is None:
            return ()
        try:
            return loaded(lambda: tuple(_complaint(each) for each in check(copy.deepcopy(dict(settings)))))
        except PluginFailedError as error:
            raise PluginError(
                f"plugin {self.name!r} could not check its settings: {error}",
                where=self.origin,
                do="mend its check_settings",
            ) from error

    def build(self, settings: Mapping[str, Any]) -> object:
        """The object to register, made with a copy of the settings: what it does to them changes no policy.

        Raises:
            PluginError: the constructor raised.
        """
        if not inspect.isclass(self.implementation):
            return self.implementation
        make: Callable[[Mapping[str, Any]], object] = self.implementation
        try:
            return loaded(lambda: make(copy.deepcopy(dict(settings))))
        except PluginFailedError as error:
            raise PluginError(
                f"plugin {self.name!r} refused its settings: {error}",
                where=self.origin,
                do="mend the settings in the policy, or the plugin's constructor",
            ) from error


def _complaint(given: object) -> "Complaint":
    from prism.schema_problems import Complaint, shorten

    if not isinstance(given, Complaint):
        raise TypeError(f"a complaint was expected, not {type(given).__name__}")
    return Complaint(tuple(given.path), shorten(str(given.what)), shorten(str(given.do)))


def installed_names() -> tuple[str, ...]:
    """Names of the installed plugins, sorted; none of them is imported."""
    return tuple(sorted(_entry_points()))


def _comes_with_prism(name: str) -> bool:
    return any(entry.distribution == DISTRIBUTION for entry in _entry_points().get(name, ()))


def find_plugin(name: str, source: str, base: Path) -> PluginDefinition:
    """Find and import one plugin.

    Args:
        name: its name in the policy.
        source: empty for an entry point; else a file relative to ``base``, or ``module:NAME`` or ``module:NAME:CLASS``.
        base: folder of the policy that names it.

    Raises:
        PluginError: it does not exist, cannot be imported, calls itself something else, or has a name that is taken.
    """
    if name in CORE_NAMES:
        raise PluginError(f"the name {name!r} belongs to PRISM itself", where=source, do="give the plugin another name")
    if source and _comes_with_prism(name):  # in its place it would look at nothing, and nobody would notice
        what = f"a plugin that comes with PRISM is called {name!r}, and no other can take its place"
        raise PluginError(what, where=source, do="give the plugin another name, and its rules too")
    return msgspec.structs.replace(_found(name, source, base), source=source, base=base)


def _found(name: str, source: str, base: Path) -> PluginDefinition:
    if not source:
        return _from_entry_point(name)
    if source.startswith("module:"):
        return _from_module(name, source.removeprefix("module:"))
    return _from_file(name, base / source)


def _entry_points() -> dict[str, list[EntryPoint]]:
    found: dict[str, list[EntryPoint]] = {}
    for entry in entry_points(ENTRY_POINTS):
        same = found.setdefault(entry.name, [])
        if all(entry.value != other.value for other in same):
            same.append(entry)
    return found


def _from_entry_point(name: str) -> PluginDefinition:
    entries = _entry_points().get(name, [])
    if not entries:
        from difflib import get_close_matches

        close = get_close_matches(name, installed_names(), n=1)
        hint = f"did you mean {close[0]!r}? " if close else ""
        raise PluginError(
            f"there is no plugin {name!r}",
            where=f"entry points of the group {ENTRY_POINTS!r}",
            do=f"{hint}install it, or say where it is with `from:`; installed: {', '.join(installed_names())}",
        )
    if len(entries) > 1:
        raise PluginError(
            f"two plugins are called {name!r}: {' and '.join(map(_origin, entries))}",
            where=f"entry points of the group {ENTRY_POINTS!r}",
            do="uninstall one of them",
        )
    (entry,) = entries
    definition = _definition(name, entry.version, _origin(entry), _imported(name, entry.value, entry.load))
    return msgspec.structs.replace(definition, is_own=entry.distribution == DISTRIBUTION)


def _origin(entry: EntryPoint) -> str:
    label = f"{entry.distribution} {entry.version}" if entry.distribution else "unknown distribution"
    return f"{entry.value} ({label})"


def _from_module(name: str, module: str) -> PluginDefinition:
    path, _, attribute = module.partition(":")
    found = _imported(name, module, lambda: import_module(path))
    plugin = _imported(name, module, lambda: getattr(found, attribute)) if attribute else _plugin_in(found)
    return _definition(name, str(getattr(found, "__version__", "0")), f"module {module}", plugin)


def _from_file(name: str, path: Path) -> PluginDefinition:
    """What the file's bytes define. They are read once, so that the version is that of the code which runs."""
    data = _content(name, path)
    module_name = f"prism_policy_plugin_{name}"
    spec = spec_from_file_location(module_name, path)
    if spec is None:
        raise PluginError(f"plugin {name!r} is not a Python file", where=path.name, do="name a file that ends in .py")
    module = module_from_spec(spec)
    sys.modules[module_name] = module  # dataclasses and the like look themselves up there
    try:
        _imported(name, path.name, lambda: _execute(data, path, module))
    except PluginError:
        del sys.modules[module_name]
        raise
    return _definition(name, f"sha256:{hashlib.sha256(data).hexdigest()}", f"file {path.name}", _plugin_in(module))


def _execute(data: bytes, path: Path, module: ModuleType) -> None:
    exec(compile(data, str(path), "exec"), module.__dict__)  # noqa: S102 - the operator's own code, named in the policy


def _content(name: str, path: Path) -> bytes:
    try:
        if path.is_file():  # a pipe would never end
            return path.read_bytes()
        reason: object = os.strerror(errno.ENOENT)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is no path"
    raise PluginError(
        f"the file of plugin {name!r} cannot be read: {reason}", where=path.name, do="mend `from:` in the policy"
    )


def _plugin_in(module: ModuleType) -> object:
    """A module may hold one class named ``Plugin``; otherwise it is the plugin itself."""
    return getattr(module, "Plugin", module)


def _imported(name: str, where: str, load: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever the plugin's author wrote
    try:
        return loaded(load)
    except PluginFailedError as error:
        raise PluginError(
            f"plugin {name!r} cannot be imported: {error}",
            where=where,
            do="mend the plugin, or take it out of the policy",
        ) from error


def _definition(name: str, version: str, origin: str, implementation: object) -> PluginDefinition:
    said = getattr(implementation, "name", name)
    if said != name:
        raise PluginError(
            f"plugin {name!r} calls itself {said!r}", where=origin, do=f"name it {said!r} in the policy as well"
        )
    return PluginDefinition(name=name, version=version, origin=origin, implementation=implementation)

"""Installed plugins as the command line needs them: for more commands and more formats, none able to break the rest."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec

from prism.cli import rendering
from prism.errors import PluginError
from prism.host import Host
from prism.plugin import find_plugin, installed_names
from prism.plugin_failure import PluginFailedError, loading_seconds, raised, within

BLOCKED = "PRISM_BLOCKED_PLUGINS"


class InstalledPlugin(msgspec.Struct, frozen=True, kw_only=True):
    """One installed plugin, or what is left of it when it cannot be loaded."""

    name: str
    host: Host | None
    """A host in which it is alone; ``None`` when it is blocked or broken."""
    problem: str = ""


def blocked_names() -> frozenset[str]:
    """Plugins that no command line here may load, whatever a policy says: a comma-separated list in the environment."""
    return frozenset(name.strip() for name in os.environ.get(BLOCKED, "").split(",") if name.strip())


def load_installed(blocked: Iterable[str]) -> tuple[InstalledPlugin, ...]:
    """Every installed plugin, registered by itself so that a broken one stands alone; blocked ones are not loaded."""
    banned = blocked_names().union(blocked)
    return tuple(_load(name, is_blocked=name in banned) for name in installed_names())


def ask(hook: str, call: Callable[[Host, str], object], *, blocked: Iterable[str] = ()) -> None:
    """Call one start-up hook of every installed plugin that has it.

    A plugin that fails is named on stderr and left out; a ``PluginError`` (two of one name) is passed on.
    """
    for plugin in load_installed(blocked):
        if plugin.problem:
            rendering.notice(f"warning: plugin {plugin.name!r} is left out: {plugin.problem}")
        elif plugin.host is not None and hook in plugin.host.hooks_of(plugin.name):
            _ask_one(hook, call, plugin.host, plugin.name)


def _ask_one(hook: str, call: Callable[[Host, str], object], host: Host, name: str) -> None:
    try:
        within(loading_seconds(), lambda: call(host, name))
    except PluginError:
        raise
    except PluginFailedError as error:
        rendering.notice(f"warning: plugin {name!r} failed in {hook}: {error}")
    except Exception as error:  # noqa: BLE001 - whatever is odd about what it returned, the other commands work
        rendering.notice(f"warning: plugin {name!r} failed in {hook}: {raised(error)}")


def _load(name: str, *, is_blocked: bool) -> InstalledPlugin:
    if is_blocked:
        return InstalledPlugin(name=name, host=None)
    from prism.policy.filling import filled

    try:
        definition = find_plugin(name, "", Path())
        settings = filled({}, definition.settings_schema or {})
        return InstalledPlugin(name=name, host=Host([(definition, settings if isinstance(settings, dict) else {})]))
    except PluginError as error:
        return InstalledPlugin(name=name, host=None, problem=error.what)

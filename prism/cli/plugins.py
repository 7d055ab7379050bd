"""``prism plugins``: which plugins are there, where they come from and what they do; how one is begun and tried."""

from typing import TYPE_CHECKING

import msgspec
import typer

from prism.cli import plugin_kit, rendering
from prism.cli.options import ListFormat, ListFormatOption, PolicyOption

if TYPE_CHECKING:
    from prism.host import Host
    from prism.plugin import PluginDefinition
    from prism.policy.loading import EffectivePolicy

plugins_app = typer.Typer(help="Look at plugins, begin one, and try one.")


class PluginEntry(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one plugin."""

    name: str
    state: str
    """``selected`` by the policy, ``installed`` only, ``blocked`` (not loaded) or ``broken`` (cannot be loaded)."""
    version: str | None = None
    source: str | None = None
    hooks: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    problem: str = ""


@plugins_app.callback()
def _group() -> None:
    """Look at plugins, begin one, and try one."""


plugins_app.command("new")(plugin_kit.new)
plugins_app.command("check")(plugin_kit.check)


@plugins_app.command("list")
def list_plugins(policy: PolicyOption = "default", output_format: ListFormatOption = ListFormat.TEXT) -> None:
    """List every plugin: version, source, hooks, rules, and whether the policy selects or blocks it."""
    from prism.policy.loading import load

    entries = plugin_entries(load(policy))
    if output_format is ListFormat.JSON:
        from prism.report.json_format import encode

        rendering.data(encode([msgspec.to_builtins(entry) for entry in entries]))
    else:
        rendering.data("\n".join(_entry_text(entry) for entry in entries))


def plugin_entries(effective: "EffectivePolicy") -> tuple[PluginEntry, ...]:
    """Every plugin that is installed or that the policy brings, by name."""
    from prism.cli.installed import blocked_names, load_installed

    banned = blocked_names().union(effective.policy.blocked_plugins)
    entries = {name: _selected(effective, definition) for name, definition in effective.plugins.items()}
    for plugin in load_installed(banned | entries.keys()):
        if plugin.name in entries:
            continue
        if plugin.host is not None:
            definition = plugin.host.definitions[plugin.name]
            entries[plugin.name] = _loaded(plugin.host, definition, "installed")
        elif plugin.problem:
            entries[plugin.name] = PluginEntry(name=plugin.name, state="broken", problem=plugin.problem)
    for name in banned:
        entries[name] = PluginEntry(name=name, state="blocked")
    return tuple(entries[name] for name in sorted(entries))


def _selected(effective: "EffectivePolicy", definition: "PluginDefinition") -> PluginEntry:
    from prism.host import Host

    settings = effective.policy.plugins[definition.name].settings
    return _loaded(Host([(definition, settings)]), definition, "selected")


def _loaded(host: "Host", definition: "PluginDefinition", state: str) -> PluginEntry:
    return PluginEntry(
        name=definition.name,
        state=state,
        version=definition.version,
        source=definition.origin,
        hooks=host.hooks_of(definition.name),
        rules=tuple(rule.id for rule in host.rules_of(definition.name)),
    )


def _entry_text(entry: PluginEntry) -> str:
    from prism.cli.table import table

    rows = [("state", entry.state), ("version", entry.version or ""), ("source", entry.source or "")]
    rows += [("problem", entry.problem), ("hooks", ", ".join(entry.hooks))]
    rows += [("rules" if number == 0 else "", rule) for number, rule in enumerate(entry.rules)]
    return table([(entry.name,)]) + table([(f"  {label}", value) for label, value in rows if value])

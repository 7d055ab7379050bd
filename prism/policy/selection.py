"""The plugins a policy selects: found, imported, and asked for their settings schema and rules."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from prism.document import Json, JsonPath, shown
from prism.errors import PluginError
from prism.host import Host
from prism.plain_schema import DIALECT
from prism.plugin import PluginDefinition, find_plugin, installed_names
from prism.policy.checks import schema_fault
from prism.policy.layers import Layers, selected, value_at
from prism.policy.model import BrokerChoice
from prism.rule import Rule
from prism.schema_problems import Complaint, did_you_mean, shorten

DEFAULT_BROKER: Final = BrokerChoice().kind


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """The selected plugins that could be had, and what is wrong with the others."""

    plugins: Mapping[str, PluginDefinition]
    schemas: Mapping[str, Mapping[str, Any] | None]
    """Settings schema by plugin name; ``None`` for a plugin without settings."""
    broker: Mapping[str, Any] | None
    """Settings schema of the broker; ``None`` when its plugin has none or goes by another name."""
    complaints: tuple[Complaint, ...]


def select_plugins(layers: Layers, data: Json) -> Selection:
    """Find and import every plugin that is selected and not blocked."""
    plugins: dict[str, PluginDefinition] = {}
    complaints: list[Complaint] = []
    for name, source, path in selected(data):
        try:
            plugins[name] = find_plugin(name, source, layers.origin(path).folder)
        except PluginError as error:
            complaints.append(_unusable(path, error))
    schemas = {name: _usable_schema(definition, complaints) for name, definition in plugins.items()}
    broker = _broker(data, plugins)
    if isinstance(broker, Complaint):
        complaints.append(broker)
        broker = None
    return Selection(
        plugins=plugins,
        schemas=schemas,
        broker=_usable_schema(broker, complaints) if broker else None,
        complaints=tuple(dict.fromkeys(complaints)),
    )


def _broker(data: Json, plugins: Mapping[str, PluginDefinition]) -> PluginDefinition | Complaint | None:
    """The plugin that bears the name of the policy's broker, or what is wrong with the choice."""
    path = ("runner", "broker", "kind")
    kind = value_at(data, path) or DEFAULT_BROKER
    blocked = value_at(data, ("blocked_plugins",))
    if not isinstance(kind, str) or (isinstance(blocked, list) and kind in blocked):
        return None  # complained about elsewhere; or nothing shall be run here
    found = plugins.get(kind)
    if found is None and kind in installed_names():
        try:
            found = find_plugin(kind, "", Path())
        except PluginError as error:
            return _unusable(path, error)
    if found is not None and _launches(found):
        return found
    if any(_launches(other) for other in plugins.values()):
        return None  # a plugin may provide brokers of other names than its own
    hint = did_you_mean(kind, installed_names())
    return Complaint(path, f"no plugin provides a broker of kind {shown(kind)}", f"{hint}name a broker plugin's kind")


def _launches(definition: PluginDefinition) -> bool:
    return hasattr(definition.implementation, "prism_broker")


def complaints_about_settings(definition: PluginDefinition, settings: Mapping[str, Any]) -> tuple[Complaint, ...]:
    """What a plugin itself finds wrong with its settings, at their places in the policy."""
    try:
        found = definition.complaints(settings)
    except PluginError as error:
        return (_unusable(("plugins", definition.name), error),)
    place: JsonPath = ("plugins", definition.name, "settings")
    return tuple(complaint._replace(path=(*place, *complaint.path)) for complaint in found)


def rules_of(definition: PluginDefinition, settings: Mapping[str, Any]) -> tuple[Rule, ...] | Complaint:
    """The rules of a plugin with its settings, or what is wrong with it."""
    try:
        return Host([(definition, settings)]).rules_of(definition.name)
    except PluginError as error:
        return _unusable(("plugins", definition.name), error)


def _unusable(path: JsonPath, error: PluginError) -> Complaint:
    return Complaint(path, shorten(error.what), shorten(error.do))


def _usable_schema(definition: PluginDefinition, complaints: list[Complaint]) -> Mapping[str, Any] | None:
    """A plugin's settings schema. One that is none is complained about, and takes anything for now."""
    schema = definition.settings_schema
    if schema is None:
        return None
    said = schema.get("$schema", DIALECT)
    fault = f"its dialect is {shown(said)}" if said != DIALECT else schema_fault(schema)
    if not fault:
        return schema
    what = f"the settings schema of plugin {shown(definition.name)} is no JSON Schema (2020-12): {fault}"
    complaints.append(Complaint(("plugins", definition.name), what, "mend the plugin, or take it out of the policy"))
    return {}

"""The policy reference, from the one schema that policies are validated by."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from generators.markdown import code, table
from generators.shipped import with_every_plugin
from prism.plugin import find_plugin, installed_names
from prism.policy.schema import composed_schema, published_schema

BOUNDS = {
    "minimum": "at least {}",
    "maximum": "at most {}",
    "exclusiveMinimum": "more than {}",
    "exclusiveMaximum": "less than {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minItems": "at least {} items",
    "maxItems": "at most {} items",
    "pattern": "matches `{}`",
}
LONG = 60  # a default longer than this is a list or table of its own


def page() -> str:
    """Every setting of the core sections and of the built-in plugins, with type, default, bounds and meaning."""
    root = composed_schema(_settings())
    text = (
        "# Policy settings\n\nA policy is one YAML or JSON document. `prism policy check FILE` validates it, `prism"
        " policy show FILE` prints what it comes to, and [policy.schema.json](policy.schema.json) lets an editor"
        " complete it.\n"
    )
    text += f"\n`extends`: {published_schema(_settings())['properties']['extends']['description']}\n"
    for path, section in _sections(root, ""):
        text += f"\n## {path or 'Top level'}\n\n{section.get('description', '')}\n\n{_settings_table(section)}"
    for kind, settings in _broker_settings().items():
        text += f"\n## runner.broker.settings of `{kind}`\n\n{settings['description']}\n\n{_settings_table(settings)}"
    return text


def schema() -> str:
    """The JSON Schema of a policy file with the built-in plugins, for editors."""
    return json.dumps(published_schema(_settings()), indent=2) + "\n"


def setting_paths() -> tuple[str, ...]:
    """The path of every setting, for the test that looks for each on the page."""
    return tuple(
        f"{path}.{name}".lstrip(".")
        for path, section in _sections(composed_schema(_settings()), "")
        for name in section["properties"]
    )


def _settings() -> dict[str, dict[str, Any] | None]:
    plugins = with_every_plugin().plugins
    return {name: definition.settings_schema for name, definition in plugins.items()}


def _broker_settings() -> dict[str, dict[str, Any]]:
    """The settings schema of each built-in kind of broker."""
    plugins = {name: find_plugin(name, "", Path()) for name in installed_names()}
    brokers = {name: plugin for name, plugin in plugins.items() if hasattr(plugin.implementation, "prism_broker")}
    return {name: plugin.settings_schema for name, plugin in sorted(brokers.items()) if plugin.settings_schema}


def _sections(section: Mapping[str, Any], path: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every object with named settings, outermost first."""
    if section.get("properties"):
        yield path, section
    for name, child in section.get("properties", {}).items():
        yield from _sections(child, f"{path}.{name}".lstrip("."))
    if isinstance(section.get("items"), dict):
        yield from _sections(section["items"], f"{path}[]")
    if isinstance(section.get("additionalProperties"), dict):
        yield from _sections(section["additionalProperties"], f"{path}.NAME".lstrip("."))


def _settings_table(section: Mapping[str, Any]) -> str:
    required = section.get("required", ())
    rows = [
        (f"`{name}`", _type(setting), _default(setting, is_required=name in required), _meaning(setting))
        for name, setting in section["properties"].items()
    ]
    return table(("setting", "type", "default", "meaning"), rows)


def _type(setting: Mapping[str, Any]) -> str:
    if "enum" in setting or "const" in setting:
        return " or ".join(code(value) for value in setting.get("enum", [setting.get("const")]))
    if isinstance(setting.get("items"), dict) and "properties" not in setting["items"]:
        return f"list of {_type(setting['items'])}"
    kind = setting.get("type", "any")
    return " or ".join(kind) if isinstance(kind, list) else str(kind)


def _default(setting: Mapping[str, Any], *, is_required: bool) -> str:
    if is_required:
        return "required"
    if "default" not in setting or "properties" in setting:
        return ""
    shown = code(setting["default"])
    return shown if len(shown) <= LONG else f"{len(setting['default'])} entries, see `prism policy show default`"


def _meaning(setting: Mapping[str, Any]) -> str:
    bounds = [text.format(setting[key]) for key, text in BOUNDS.items() if key in setting]
    meaning = str(setting.get("description", "")).strip()
    return f"{meaning} ({', '.join(bounds)})" if bounds else meaning

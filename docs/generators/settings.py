"""The reference of the service's settings, from the record that they are read into."""

from typing import Any

import msgspec

from generators.markdown import table
from generators.policy import BOUNDS
from prism.service.setting_sources import SETTINGS_FILE, Setting, known_settings

LEAD = f"""\
# Settings of the service

`prism serve` and `prism worker` read them from the environment, from files that hold a secret, and from a TOML file
(`--settings FILE`, or `{SETTINGS_FILE}`). What the environment says counts more than the file. A variable that is
empty says nothing. `prism serve --check` shows the settings in force, where each comes from, and what is unsafe.

In the TOML file a setting has the name below; those with a dot stand in a table: `queue.waiting` is `waiting` in
`[queue]`. Names that begin with `CHALLENGE_` are those that Platform sets; PRISM's own count more.

"""


def page() -> str:
    """Every setting with its variables, type, default, bounds and meaning."""
    rows = []
    for setting in known_settings():
        schema = msgspec.json.schema(setting.type)
        if "$ref" in schema:
            schema = schema["$defs"][schema["$ref"].rpartition("/")[2]] | {"description": _description(setting)}
        rows.append((f"`{setting.name}`", _variables(setting), _default(setting.default), _meaning(schema)))
    return LEAD + table(("setting", "variables", "default", "meaning"), rows)


def _variables(setting: Setting) -> str:
    return ", ".join(f"`{name}`" for name in setting.variables)


def _default(value: Any) -> str:  # noqa: ANN401 - each setting has its own type
    shown = str(value).lower() if isinstance(value, bool) else str("" if value is None else value)
    return f"`{shown}`" if shown else "empty"


def _description(setting: Setting) -> str:
    return next((meta.description for meta in getattr(setting.type, "__metadata__", ()) if meta.description), "")


def _meaning(schema: dict[str, Any]) -> str:
    bounds = [text.format(schema[key]) for key, text in BOUNDS.items() if key in schema]
    if "enum" in schema:
        bounds.append(" or ".join(f"`{value}`" for value in schema["enum"]))
    meaning = str(schema.get("description", ""))
    return f"{meaning} ({', '.join(bounds)})" if bounds else meaning

"""The plugin's settings, typed, with the same defaults as their schema."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from prism_safety.library import Library


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an operator may change; every field is described in ``settings.schema.json``."""

    allowed_imports: tuple[str, ...]
    allowed_capabilities: tuple[str, ...]
    catalogues: tuple[Library, ...]
    extra_forbidden: tuple[str, ...]
    permitted: tuple[str, ...]
    extra_dunders: tuple[str, ...]
    extra_harmless_calls: tuple[str, ...]
    python: str
    longest_line: int
    steps_per_file: int


def schema() -> dict[str, Any]:
    """The JSON Schema of the settings."""
    return msgspec.json.decode(Path(__file__).with_name("settings.schema.json").read_bytes(), type=dict[str, Any])


def settings_of(section: Mapping[str, Any]) -> Settings:
    """The settings of a validated policy section; what it leaves out has the schema's default."""
    defaults = {name: described["default"] for name, described in schema()["properties"].items()}
    return msgspec.convert({**defaults, **section}, Settings)

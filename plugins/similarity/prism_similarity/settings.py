"""The plugin's settings as typed data; their meaning and defaults stand in the schema beside it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

SCHEMA: Final[dict[str, Any]] = json.loads(Path(__file__).with_name("settings.schema.json").read_text(encoding="utf-8"))


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a policy says about copies."""

    hold: float
    reject: float
    evidence_lines: int
    smallest_unit: int
    candidates: int
    matches: int
    max_tokens: int
    references: tuple[str, ...]
    owners: tuple[frozenset[str], ...]


def settings_of(section: Mapping[str, Any]) -> Settings:
    """The settings of a validated policy section; what it leaves out has the schema's default."""
    defaults = {name: each["default"] for name, each in SCHEMA["properties"].items()}
    return msgspec.convert(defaults | dict(section), Settings)

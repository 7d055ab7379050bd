"""The plugin's section of a policy as typed data; its schema, with every default, is ``settings.schema.json``."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from prism.manifest import ManifestKind, Part

SCHEMA: Final[dict[str, Any]] = msgspec.json.decode(Path(__file__).with_name("settings.schema.json").read_bytes())


class ContractFunction(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One function of the contract."""

    parameters: tuple[str, ...]
    part: Part = Part.ARCHITECTURE
    required_for: frozenset[ManifestKind] = frozenset()
    decorators: frozenset[str] = frozenset()

    def signature(self, name: str) -> str:
        """The ``def`` line that fulfils the contract."""
        return f"def {name}({', '.join(self.parameters)}):"


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one competition asks of a project."""

    functions: dict[str, ContractFunction]
    protected_modules: frozenset[str]
    reserved_names: frozenset[str]


def settings_of(given: Mapping[str, Any]) -> Settings:
    """Typed settings; what is left out is taken from the schema's defaults.

    Raises:
        msgspec.ValidationError: the settings do not fit the schema.
    """
    defaults = {name: part["default"] for name, part in SCHEMA["properties"].items()}
    return msgspec.convert({**defaults, **given}, Settings)

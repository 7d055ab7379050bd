"""The built-in plugin that provides the broker of kind ``platform``."""

from collections.abc import Mapping
from typing import Any

from prism.hookspecs import hookimpl
from prism.runner.broker import Broker
from prism.runner.broker_settings import checked_settings

BROKER_SETTINGS: dict[str, Any] = {
    "type": "object",
    "description": "Platform's broker over HTTP. `url` and `challenge_slug` are needed.",
    "additionalProperties": False,
    "properties": {
        "url": {
            "type": "string",
            "pattern": r"^https?://[A-Za-z0-9.:\[\]-]+(/[^?#@\s]*)?$",
            "description": "Where Platform's broker answers, without `/v1/docker`.",
        },
        "challenge_slug": {
            "type": "string",
            "pattern": "^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$",
            "description": "Name of the challenge that the broker knows the token of.",
        },
        "headers": {
            "enum": ["platform", "base"],
            "description": "Generation of the broker's header names: `X-Platform-…` (the default) or `X-Base-…`.",
        },
        "token_file": {
            "type": "string",
            "minLength": 1,
            "x-prism-file": "place",
            "description": "File with the token, relative to the policy. Left out: PRISM_BROKER_TOKEN, or the file "
            "in PRISM_BROKER_TOKEN_FILE.",
        },
        "grace_seconds": {
            "type": "integer",
            "minimum": 1,
            "maximum": 86_400,
            "description": "What the broker may take beyond the time of a run; 300 if left out.",
        },
    },
}
REQUIRED = ("url", "challenge_slug")
"""Settings without which there is no broker; plugin and policy may each give some."""


class PlatformPlugin:
    """Provides Platform's broker."""

    name = "platform"
    settings_schema = BROKER_SETTINGS

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._defaults = dict(settings)

    @hookimpl
    def prism_broker(self, kind: str, settings: Mapping[str, Any]) -> Broker | None:
        """A client of the broker in the settings; it is asked, and the token read, when it is first used."""
        if kind != self.name:
            return None
        from prism.runner.platform.broker import PlatformBroker

        merged = self._defaults | dict(settings)
        return PlatformBroker(checked_settings(merged, BROKER_SETTINGS | {"required": [*REQUIRED]}, plugin=self.name))

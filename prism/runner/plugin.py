"""The built-in plugin that provides the broker of kind ``docker``."""

from collections.abc import Mapping
from typing import Any

from prism.hookspecs import hookimpl
from prism.runner.broker import Broker
from prism.runner.broker_settings import checked_settings
from prism.runner.docker_settings import BROKER_SETTINGS


class DockerPlugin:
    """Provides the Docker broker."""

    name = "docker"
    settings_schema = BROKER_SETTINGS

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._defaults = dict(settings)

    @hookimpl
    def prism_broker(self, kind: str, settings: Mapping[str, Any]) -> Broker | None:
        """A broker for the engine in the settings; the SDK is imported and the engine asked when it is first used."""
        if kind != self.name:
            return None
        from prism.runner.docker_broker import DockerBroker

        return DockerBroker(checked_settings(self._defaults | dict(settings), BROKER_SETTINGS, plugin=self.name))

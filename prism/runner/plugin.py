"""The built-in plugin that provides the broker of kind ``docker``."""

from collections.abc import Mapping
from typing import Any

from prism.hookspecs import hookimpl
from prism.runner.broker import Broker
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

        return DockerBroker(self._checked(self._defaults | dict(settings)))

    def _checked(self, settings: dict[str, Any]) -> dict[str, Any]:
        from jsonschema import Draft202012Validator

        from prism.errors import PolicyError, Problem

        found = sorted(Draft202012Validator(BROKER_SETTINGS).iter_errors(settings), key=lambda error: error.json_path)
        if found:
            raise PolicyError(
                "the settings of the Docker broker do not validate",
                where="runner.broker.settings",
                problems=tuple(
                    Problem(
                        where=f"runner.broker.settings{error.json_path.removeprefix('$')}",
                        what=error.message,
                        do="see the settings of the plugin `docker` in the policy reference",
                    )
                    for error in found
                ),
            )
        return settings

"""Settings of a broker, checked where they come in: those of the plugin and those of the policy together."""

from collections.abc import Mapping
from typing import Any

from prism.errors import PolicyError, Problem


def checked_settings(settings: dict[str, Any], schema: Mapping[str, Any], *, plugin: str) -> dict[str, Any]:
    """The settings as they are, if they satisfy the schema.

    Raises:
        PolicyError: they do not; it carries every problem with its place.
    """
    from jsonschema import Draft202012Validator

    found = sorted(Draft202012Validator(schema).iter_errors(settings), key=lambda error: error.json_path)
    if found:
        raise PolicyError(
            f"the settings of the broker `{plugin}` do not validate",
            where="runner.broker.settings",
            problems=tuple(
                Problem(
                    where=f"runner.broker.settings{error.json_path.removeprefix('$')}",
                    what=error.message,
                    do=f"see the settings of the plugin `{plugin}` in the policy reference",
                )
                for error in found
            ),
        )
    return settings

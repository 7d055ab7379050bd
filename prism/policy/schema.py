"""One JSON Schema for a whole policy: the core's, with the settings schema of every selected plugin in its place."""

import copy
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

import msgspec

from prism.plain_schema import DIALECT
from prism.policy.model import Policy

_EXTENDS: Final = {
    "description": "Policy to build on: the name of a shipped one, or a path relative to this file. Objects are "
    "merged, lists are replaced, `null` takes an inherited key away.",
    "type": "string",
    "minLength": 1,
}
_NO_SETTINGS: Final = {
    "description": "This plugin takes no settings.",
    "type": "object",
    "additionalProperties": False,
    "default": {},
}


def composed_schema(
    settings: Mapping[str, Mapping[str, Any] | None], *, broker: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The schema of an effective policy that selects these plugins, by the settings schema of each and of the broker.

    A plugin's schema stays a resource of its own (``$id``), so that its ``#/$defs/...`` mean its own definitions.
    """
    schema = copy.deepcopy(_core())
    plugins = schema["properties"]["plugins"]
    choice = plugins["additionalProperties"]
    plugins["properties"] = {name: _choice(choice, name, settings[name]) for name in sorted(settings)}
    if broker is not None:
        launch = schema["properties"]["runner"]["properties"]["broker"]["properties"]
        launch["settings"] = _own(broker, "prism:broker", launch["settings"]["description"])
    return schema


def published_schema(settings: Mapping[str, Mapping[str, Any] | None]) -> dict[str, Any]:
    """The schema of a policy *file*, for editors: what it extends may state what it leaves out, and null takes away."""
    schema = composed_schema(settings)
    optional = {"extends", *schema["properties"]} - {"policy", "name"}
    schema["properties"] = {"extends": dict(_EXTENDS), **schema["properties"]}
    for key in optional:
        _allow_null(schema["properties"][key])
    return schema


def _choice(template: Mapping[str, Any], name: str, settings: Mapping[str, Any] | None) -> dict[str, Any]:
    choice = copy.deepcopy(dict(template))
    description = choice["properties"]["settings"]["description"]
    own = _NO_SETTINGS if settings is None else settings
    choice["properties"]["settings"] = _own(own, f"prism:plugin/{name}", description)
    return choice


def _own(settings: Mapping[str, Any], identity: str, description: str) -> dict[str, Any]:
    """A plugin's settings schema as a resource inside the policy's."""
    return {
        "$id": identity,
        "type": "object",
        "description": description,
        **copy.deepcopy(dict(settings)),
        "default": {},
    }


def _allow_null(schema: dict[str, Any]) -> None:
    """Let null stand wherever a file may take an inherited key away: in every object but a plugin's own settings."""
    if "$id" in schema:
        return
    if isinstance(schema.get("type"), str):
        schema["type"] = [schema["type"], "null"]
    if "enum" in schema:
        schema["enum"] = [*schema["enum"], None]
    required = schema.get("required", ())
    children = [child for key, child in schema.get("properties", {}).items() if key not in required]
    if isinstance(schema.get("additionalProperties"), dict):
        children.append(schema["additionalProperties"])
    for child in children:
        _allow_null(child)


def flat_schema(kind: type) -> dict[str, Any]:
    """The schema of a record that is not recursive, without references and without ``null`` for what may be absent."""
    generated = msgspec.json.schema_components([kind], ref_template="{name}")
    (root,), definitions = msgspec.json.decode(msgspec.json.encode(generated))  # its defaults are tuples and structs
    flat = _flat(root, definitions)
    assert isinstance(flat, dict)  # noqa: S101 - the root of a struct's schema is an object
    return {"$schema": DIALECT, **flat}


@cache
def _core() -> dict[str, Any]:
    """The schema of the core sections, without references; generated from the model."""
    flat = flat_schema(Policy)
    return {"$schema": DIALECT, "title": "PRISM policy", **{key: flat[key] for key in flat if key != "title"}}


def _flat(schema: object, definitions: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
    """A schema with every reference replaced by what it means; the model is not recursive."""
    if isinstance(schema, list):
        return [_flat(item, definitions) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        target = _flat(definitions[schema["$ref"]], definitions)
        own = {key: value for key, value in schema.items() if key != "$ref"}
        if isinstance(own.get("default"), dict):
            own["default"] = {}  # the properties carry theirs
        return {**target, **own}
    branches = [branch for branch in schema.get("anyOf", ()) if branch != {"type": "null"}]
    if len(branches) == 1:  # "or null": null takes a key away before the schema is asked
        rest = {key: value for key, value in schema.items() if key not in {"anyOf", "default"}}
        return {**_flat(branches[0], definitions), **rest}
    return {key: _flat(value, definitions) for key, value in schema.items() if key != "title"}

"""One JSON Schema for a whole policy: the core's, with the settings schema of every selected plugin in its place."""

import copy
import re
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
_DATA: Final = frozenset({"default", "const", "enum", "examples"})
"""Keywords whose operand is data and no schema."""
_BY_NAME: Final = frozenset({"properties", "$defs", "patternProperties", "dependentSchemas"})
"""Keywords whose operand holds schemas by names that are no keywords."""
_DEFINITION: Final = re.compile(r"#/\$defs/([A-Za-z0-9_.-]+)")
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
    definitions: dict[str, Any] = {}
    choices = schema["properties"]["plugins"]["properties"]
    for name, choice in choices.items():
        choice["properties"]["settings"] = _without_resource(choice["properties"]["settings"], name, definitions)
    return {**schema, "$defs": definitions} if definitions else schema


def _without_resource(settings: dict[str, Any], name: str, definitions: dict[str, Any]) -> dict[str, Any]:
    """A plugin's schema as part of the whole one; its definitions go to the others, under the plugin's name.

    The language servers of editors do not follow a reference inside a resource that is part of another. A schema with
    references of another kind than ``#/$defs/NAME`` stays a resource.
    """
    own = {key: value for key, value in settings.items() if key not in {"$id", "$schema"}}
    moved = _moved(own, f"#/$defs/{name}.")
    if moved is None:
        return settings
    for key, value in moved.pop("$defs", {}).items():
        definitions[f"{name}.{key}"] = value
    return moved


def _moved(schema: Mapping[str, Any], place: str) -> dict[str, Any] | None:
    """A schema whose references to its definitions start with another place; ``None`` if they cannot be moved."""
    if not schema.keys().isdisjoint({"$id", "$anchor", "$dynamicRef", "$dynamicAnchor"}):
        return None
    moved: dict[str, Any] = {}
    for key, value in schema.items():
        below = _moved_operand(key, value, place)
        if below is None:
            return None
        moved[key] = below[0]
    return moved


def _moved_operand(key: str, value: Any, place: str) -> tuple[Any] | None:  # noqa: ANN401 - JSON
    """What stands beside a keyword with its references moved, in a tuple because it may be anything."""
    if key == "$ref":
        found = _DEFINITION.fullmatch(str(value))
        return (f"{place}{found[1]}",) if found else None
    if key in _BY_NAME and isinstance(value, dict):
        parts = {name: _moved_operand("", each, place) for name, each in value.items()}
        return None if None in parts.values() else ({name: part[0] for name, part in parts.items() if part},)
    if key in _DATA:
        return (value,)
    if isinstance(value, list):
        items = [_moved_operand("", each, place) for each in value]
        return None if None in items else ([item[0] for item in items if item],)
    if isinstance(value, dict):
        moved = _moved(value, place)
        return None if moved is None else (moved,)
    return (value,)


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

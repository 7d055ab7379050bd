"""Defaults written out, so that a policy shows the whole truth and its digest covers it."""

import copy
from collections.abc import Mapping
from typing import Any

from prism.document import MAX_DEPTH, Json

Schema = Mapping[str, Any]


def filled(data: Json, schema: Schema) -> Json:
    """The data with the default of every property that is missing, at every depth that the data or a default reaches.

    Keys come in the order of the schema. Data of a wrong type is left as it is, for the schema to complain about.
    """
    return _filled(data, schema, schema, MAX_DEPTH)


def _filled(data: Json, schema: Schema, root: Schema, depth: int) -> Json:
    """``root`` is what ``#/...`` refers to; ``depth`` ends a schema whose defaults call for themselves."""
    root = schema if "$id" in schema else root
    schema = resolved(schema, root)
    if isinstance(data, list):
        items = schema.get("items")
        return [_filled(item, items, root, depth - 1) for item in data] if isinstance(items, Mapping) else data
    if not isinstance(data, dict) or not depth:
        return data
    properties = schema.get("properties", {})
    rest = schema.get("additionalProperties")
    given = {**_defaults(properties, data, root), **data}
    result = {key: given[key] for key in (*properties, *given) if key in given}
    for key, value in result.items():
        below = properties.get(key, rest)
        if isinstance(below, Mapping):
            result[key] = _filled(value, below, root, depth - 1)
    return result


def _defaults(properties: Schema, data: Mapping[str, Json], root: Schema) -> dict[str, Json]:
    below = ((key, schema) for key, schema in properties.items() if key not in data and isinstance(schema, Mapping))
    missing = {key: resolved(schema, root) for key, schema in below}
    return {
        key: copy.deepcopy(schema["default"]) for key, schema in missing.items() if schema.get("default") is not None
    }


def resolved(schema: Schema, root: Schema) -> Schema:
    """The schema that a chain of references inside its own resource ends at; what stands beside ``$ref`` goes first."""
    for _ in range(10):
        reference = schema.get("$ref")
        if not isinstance(reference, str) or not reference.startswith("#/"):
            break
        target: Any = root
        for step in reference[2:].split("/"):
            target = target.get(step) if isinstance(target, Mapping) else None
        if not isinstance(target, Mapping):
            break
        schema = {**target, **{key: value for key, value in schema.items() if key != "$ref"}}
    return schema

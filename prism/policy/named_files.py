"""Files that plugins' settings name: where they are, and what stands for them in the policy's digest.

A settings schema marks a text that is a file's path, relative to the policy file that states it, with ``x-prism-file``:
``content`` where what the file holds decides something, so that it is part of the policy and is watched for changes;
``place`` where it is not, a secret for example. The mark counts in ``properties``, ``items`` and
``additionalProperties``, also behind a ``$ref``. An empty text names no file.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from prism.document import MAX_DEPTH, Json, JsonPath
from prism.policy.filling import resolved

MARK: Final = "x-prism-file"
CONTENT: Final = "content"

Schema = Mapping[str, Any]


class NamedFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file that a policy names."""

    path: Path
    is_content: bool
    """Whether what it holds is part of the policy."""


def marked(data: Json, schema: Schema | None) -> Iterator[tuple[JsonPath, str, bool]]:
    """Path in the data, text, and whether the content counts, of each file that settings name."""
    if schema is not None:
        yield from _marked(data, schema, schema, (), MAX_DEPTH)


def replaced(data: Json, path: JsonPath, value: Json) -> Json:
    """The data with another value at a path that is in it."""
    if not path:
        return value
    step, rest = path[0], path[1:]
    if isinstance(data, dict) and isinstance(step, str):
        return {**data, step: replaced(data[step], rest, value)}
    if isinstance(data, list) and isinstance(step, int):
        return [*data[:step], replaced(data[step], rest, value), *data[step + 1 :]]
    raise KeyError(step)


def _marked(
    data: Json, schema: Schema, root: Schema, path: JsonPath, depth: int
) -> Iterator[tuple[JsonPath, str, bool]]:
    schema = resolved(schema, root)
    if isinstance(data, str) and data and MARK in schema:
        yield path, data, schema[MARK] == CONTENT
    below: list[tuple[str | int, Json, Any]] = []
    if isinstance(data, dict):
        properties, rest = schema.get("properties", {}), schema.get("additionalProperties")
        below = [(key, value, properties.get(key, rest)) for key, value in data.items()]
    elif isinstance(data, list):
        below = [(index, value, schema.get("items")) for index, value in enumerate(data)]
    for step, value, its in below:
        if isinstance(its, Mapping) and depth:
            yield from _marked(value, its, root, (*path, step), depth - 1)

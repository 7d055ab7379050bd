"""The reference of the review record, and its published JSON Schema."""

import json
from typing import Any

import msgspec

from generators.markdown import prose, table
from prism.review import Review

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema() -> str:
    """The JSON Schema of ``prism review --format json`` for one project."""
    return json.dumps({"$schema": DIALECT, **_schema()}, indent=2) + "\n"


def page() -> str:
    """Every object of the record with its fields."""
    text = (
        "# The review record\n\n`prism review --format json` prints one of these objects for one project, and an array"
        " of them for several. [review.schema.json](review.schema.json) is its JSON Schema. The same project, policy"
        " and versions give the same record, byte for byte, but for `timings` and `usage`.\n"
    )
    definitions = _schema()["$defs"]
    for name in sorted(definitions, key=lambda each: (each != "Review", each)):
        text += f"\n## {name}\n\n{prose(definitions[name].get('description', ''))}\n\n{_fields(definitions[name])}"
    return text


def _schema() -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(msgspec.json.encode(msgspec.json.schema(Review)))
    return schema


def _fields(definition: dict[str, Any]) -> str:
    if "enum" in definition:
        return "One of " + ", ".join(f"`{value}`" for value in definition["enum"]) + ".\n"
    required = definition.get("required", ())
    rows = [
        (f"`{name}`", _type(field), "yes" if name in required else "no")
        for name, field in definition["properties"].items()
    ]
    return table(("field", "type", "always there"), rows)


def _type(field: dict[str, Any]) -> str:
    if "$ref" in field:
        name = field["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in field:
        return " or ".join(_type(branch) for branch in field["anyOf"])
    if isinstance(field.get("items"), dict):
        return f"list of {_type(field['items'])}"
    return str(field.get("type", "any"))

"""The references of the records that commands print, and their published JSON Schemas."""

import json
from typing import Any

import msgspec

from generators.attributes import always_there, described, named
from generators.markdown import anchor, prose, table
from prism.batch.line import Line
from prism.review import Review
from prism.runner.pair_result import PairResult

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema() -> str:
    """The JSON Schema of ``prism review --format json`` for one project."""
    return _published(Review)


def pair_schema() -> str:
    """The JSON Schema of ``prism run --pair --format json``."""
    return _published(PairResult)


def batch_schema() -> str:
    """The JSON Schema of a line of ``prism batch``."""
    return _published(Line)


def batch_page() -> str:
    """Every object of a line with its fields."""
    return _page(
        Line,
        "# A line of a batch\n\n`prism batch` writes one of these objects for each project, on a line of its own, in"
        " pure ASCII. It is [the review record](review.md) with what the project is called and how its run ended."
        " [batch.schema.json](batch.schema.json) is its JSON Schema. The same projects, policy and versions give the"
        " same lines in any order, but for `timings` and `usage`. With `--format json` they are one array, in the order"
        " of the sources.\n",
    )


def page() -> str:
    """Every object of the record with its fields."""
    return _page(
        Review,
        "# The review record\n\n`prism review --format json` prints one of these objects for one project, and an array"
        " of them for several. [review.schema.json](review.schema.json) is its JSON Schema. The same project, policy"
        " and versions give the same record, byte for byte, but for `timings` and `usage`.\n",
    )


def pair_page() -> str:
    """Every object of a pair's result with its fields."""
    return _page(
        PairResult,
        "# The result of a pair\n\n`prism run --pair --format json` prints one of these objects."
        " [pair.schema.json](pair.schema.json) is its JSON Schema. What each score means, and what an author can do to"
        " change it, is [explained](../explanation/pairs.md).\n",
    )


def _published(record: type) -> str:
    return json.dumps({"$schema": DIALECT, **_schema(record)}, indent=2) + "\n"


def _page(record: type, lead: str) -> str:
    text = lead
    definitions, owners = _schema(record)["$defs"], named([record])
    for name in sorted(definitions, key=lambda each: (each != record.__name__, each)):
        about = prose(definitions[name].get("description", ""))
        text += f"\n## {name}\n\n{about}\n\n{_fields(definitions[name], owners.get(name))}"
    return text


def _schema(record: type) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(msgspec.json.encode(msgspec.json.schema(record)))
    return {**schema, "$defs": described(schema["$defs"], [record])}


def _fields(definition: dict[str, Any], owner: type[msgspec.Struct] | None) -> str:
    if owner is None:
        return "One of " + ", ".join(f"`{value}`" for value in definition["enum"]) + ".\n"
    rows = [
        (f"`{name}`", _type(field), "yes" if always_there(name, definition, owner) else "no", field["description"])
        for name, field in definition["properties"].items()
    ]
    return table(("field", "type", "always there", "meaning"), rows)


def _type(field: dict[str, Any]) -> str:
    if "$ref" in field:
        name = field["$ref"].rpartition("/")[2]
        return f"[{name}](#{anchor(name)})"
    if "anyOf" in field:
        return " or ".join(_type(branch) for branch in field["anyOf"])
    if "enum" in field:
        return " or ".join(f"`{value}`" for value in field["enum"])
    if isinstance(field.get("items"), dict):
        return f"list of {_type(field['items'])}"
    return str(field.get("type", "any"))

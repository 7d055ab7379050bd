"""The reference of what the service answers over HTTP, from its routes and the problems that it knows."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from generators.attributes import always_there, named
from generators.attributes import described as meanings
from generators.markdown import table
from prism.service.http import openapi
from prism.service.http.app import RECORDS, described_app
from prism.service.http.problems import KINDS, ProblemDetails

LEAD = """\
# HTTP interface

[openapi.json](openapi.json) describes every route, what it takes and what it answers; a server gives its own at
`/openapi.json`. Routes below `/internal` need `Authorization: Bearer TOKEN`, with the token that PRISM shares with
Platform; without a token in the [settings](settings.md) they answer 503.

"""
PROBLEMS = """
## Problems

What is not done is answered with `application/problem+json` (RFC 9457). Programs go by its `code`, which stays the
same; `detail` says more about the one request, and `instance` holds the id that the service's log has it under, as does
the header `X-Request-Id` of every answer.

"""

RECORDS_LEAD = """
## Records

What is sent and answered is JSON. A field that is not always there, or may be `null`, says so.
"""
CODE = re.compile(r"`([a-z0-9-]+)`:")


def page() -> str:
    """The routes, the problems, then each route and each record by itself."""
    described = _document()
    rows = [
        (f"`{method.upper()} {path}`", operation["description"])
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
    ]
    problems = [(f"`{code}`", str(int(kind.status)), kind.title) for code, kind in KINDS.items()]
    routes = (
        _route(method, path, operation)
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
    )
    records = (_record(name, schema) for name, schema in described["components"]["schemas"].items())
    return "".join(
        [
            LEAD,
            table(("route", "what it does"), rows),
            PROBLEMS,
            table(("code", "status", "meaning"), problems),
            "\n## Routes\n",
            *routes,
            RECORDS_LEAD,
            *records,
        ]
    )


def _route(method: str, path: str, operation: Mapping[str, Any]) -> str:
    """What a route takes, and what it answers."""
    parts = [f"\n### {method.upper()} {path}\n\n{operation['description']}\n"]
    parameters = [
        (f"`{each['name']}`", f"{each['in']}, {_type(each['schema'])}", each.get("description", ""))
        for each in operation.get("parameters", ())
    ]
    if parameters:
        parts.append("\n" + table(("parameter", "where and what", "meaning"), parameters))
    bodies = [(f"`{media}`", _type(each["schema"])) for media, each in _content(operation.get("requestBody", {}))]
    if bodies:
        parts.append("\n" + table(("body", "what"), bodies))
    parts.append("\n" + table(("answer", "what"), _answers(operation["responses"])))
    return "".join(parts)


def _answers(responses: Mapping[str, Any]) -> list[tuple[str, str]]:
    rows = []
    for status, answer in responses.items():
        codes = [f"`{code}`" for code in CODE.findall(answer["description"])]
        shown = codes or [_type(each["schema"]) for _, each in _content(answer)] or ["nothing"]
        rows.append((status, ", ".join(shown)))
    return rows


def _content(part: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    yield from part.get("content", {}).items()


def _record(name: str, schema: Mapping[str, Any]) -> str:
    lead = f"\n### {name}\n\n{schema.get('description', '').strip()}\n"
    if "properties" not in schema:
        return f"{lead}\n{_type(schema)}\n"
    rows = [
        (
            f"`{field}`",
            _type(each) + ("" if _is_there(name, field, schema) else ", may be left out"),
            each["description"],
        )
        for field, each in schema["properties"].items()
    ]
    return lead + "\n" + table(("field", "what", "meaning"), rows)


def _is_there(record: str, field: str, schema: Mapping[str, Any]) -> bool:
    """Whether an answer has a field, or a request needs it."""
    owner = named((*RECORDS, ProblemDetails))[record]
    return field in schema.get("required", ()) if record.endswith("Body") else always_there(field, schema, owner)


def _type(schema: Mapping[str, Any]) -> str:
    """What a value may be, in a few words."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in schema:
        return " or ".join(_type(each) for each in schema["anyOf"])
    if "enum" in schema:
        return " or ".join(f"`{json.dumps(each)}`" for each in schema["enum"])
    kind = str(schema.get("type", "anything"))
    if kind == "array":
        return f"list of {_type(schema.get('items', {}))}"
    if isinstance(schema.get("additionalProperties"), dict):
        return f"object of {_type(schema['additionalProperties'])} by name"
    return f"{kind} ({schema['format']})" if "format" in schema else f"`{kind}`" if kind == "null" else kind


def document() -> str:
    """The OpenAPI document."""
    return json.dumps(_document(), indent=2) + "\n"


def _document() -> dict[str, Any]:
    found: dict[str, Any] = openapi.document(described_app(), RECORDS)
    components = found["components"]
    return {
        **found,
        "components": {**components, "schemas": meanings(components["schemas"], (*RECORDS, ProblemDetails))},
    }

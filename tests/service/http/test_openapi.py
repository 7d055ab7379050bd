"""The OpenAPI document says what the routes do, and names nothing that is not in it."""

import re
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from prism.service.http.app import ROUTERS
from prism.service.http.problems import KINDS
from tests.service.http.servers import Server

PUBLIC = {"/health", "/metrics", "/ready", "/version", "/v1/submissions/{id}"}


@pytest.fixture(scope="module")
def document(file_server: Server) -> dict[str, Any]:
    found = file_server.ask("GET", "/openapi.json", token=None)
    assert found.status == 200
    read: dict[str, Any] = found.json
    return read


def references(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        if "$ref" in value:
            yield value["$ref"]
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from references(each)


def test_it_is_openapi_31(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1.")


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    found = set(references(document))
    assert "#/components/schemas/StatusView" in found
    for each in found:
        assert each.removeprefix("#/components/schemas/") in document["components"]["schemas"], each


def test_every_record_is_a_valid_schema(document: dict[str, Any]) -> None:
    for schema in document["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)


def test_every_internal_route_is_behind_the_token(document: dict[str, Any]) -> None:
    for path, methods in document["paths"].items():
        for operation in methods.values():
            assert ("security" in operation) == path.startswith("/internal/")
    assert {path for path in document["paths"] if not path.startswith("/internal/")} == PUBLIC


def test_every_route_is_described(document: dict[str, Any]) -> None:
    routes = {route.path for router in ROUTERS for route in router.routes if hasattr(route, "path")}
    assert set(document["paths"]) == routes
    for methods in document["paths"].values():
        for operation in methods.values():
            assert operation["description"]
            assert operation["responses"]


def test_every_problem_of_a_route_has_its_status(document: dict[str, Any]) -> None:
    for methods in document["paths"].values():
        for operation in methods.values():
            for status, answer in operation["responses"].items():
                for code in re.findall(r"`([a-z-]+)`: ", answer["description"]):
                    assert int(KINDS[code].status) == int(status)


def test_answers_are_what_the_document_says(document: dict[str, Any], file_server: Server) -> None:
    schemas = document["components"]["schemas"]
    answers = {
        "HealthView": file_server.ask("GET", "/health").json,
        "ReadyView": file_server.ask("GET", "/ready").json,
        "VersionView": file_server.ask("GET", "/version").json,
        "PageView": file_server.ask("GET", "/internal/v1/submissions").json,
        "WeightsView": file_server.ask("GET", "/internal/v1/get_weights").json,
        "SubmissionView": file_server.hand_in(b"PK for the document").json,
        "ProblemDetails": file_server.ask("GET", "/nothing").json,
    }
    for name, answer in answers.items():
        jsonschema.validate(answer, {"$ref": f"#/components/schemas/{name}", "components": {"schemas": schemas}})

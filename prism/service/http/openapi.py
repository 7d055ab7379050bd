"""The OpenAPI 3.1 document: routes as FastAPI knows them, records as msgspec does."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final, NamedTuple

import msgspec
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from prism.service.http.problems import KINDS, MEDIA_TYPE, ProblemDetails

Json = dict[str, Any]
Responses = dict[int | str, dict[str, Any]]
JSON_TYPE: Final = "application/json"
_RECORDS: Final = "#/components/schemas/"


class Header(NamedTuple):
    """One header that a route reads."""

    name: str
    description: str
    is_required: bool = False


VERIFIED: Final = (
    Header("X-Platform-Verified-Hotkey", "SS58 address; X-Base-... where the settings say so.", is_required=True),
    Header("X-Platform-Challenge-Slug", "Must be this challenge's."),
    Header("X-Platform-Verified-Nonce", "Kept with the submission."),
    Header("X-Platform-Verified-Uid", "Kept with the submission."),
    Header("X-Platform-Request-Hash", "SHA-256 of the body."),
)
"""By which Platform says whom it has verified."""
SIGNATURE: Final = (
    Header("X-Hotkey", "SS58 address of who signs.", is_required=True),
    Header("X-Signature", "sr25519, over what the page on handing in directly says; hexadecimal.", is_required=True),
    Header("X-Nonce", "Anything without a colon that this hotkey has not used before.", is_required=True),
    Header("X-Timestamp", "When it was signed, in whole seconds since 1970.", is_required=True),
)
"""By which a hotkey shows that it sends the request."""
ANYBODYS: Final = (
    Header("X-Submission-Filename", "What the sender calls the upload."),
    Header("Idempotency-Key", "The same key with the same bytes is the same request."),
)


def _reference(record: type[msgspec.Struct]) -> Json:
    return {"$ref": _RECORDS + record.__name__}


def answers(record: type[msgspec.Struct], *statuses: HTTPStatus) -> Responses:
    """The answers of a route that gives a record."""
    content = {JSON_TYPE: {"schema": _reference(record)}}
    return {int(status): {"description": status.phrase, "content": content} for status in statuses or (HTTPStatus.OK,)}


def text_answer(media_type: str, description: str) -> Responses:
    """The answer of a route that gives a document of some kind."""
    return {int(HTTPStatus.OK): {"description": description, "content": {media_type: {"schema": {"type": "string"}}}}}


def problems(*codes: str) -> Responses:
    """The answers of a route when something is not done, by status."""
    by_status: dict[int, list[str]] = {}
    for code in codes:
        by_status.setdefault(int(KINDS[code].status), []).append(code)
    content = {MEDIA_TYPE: {"schema": _reference(ProblemDetails)}}
    return {
        status: {"description": " ".join(f"`{code}`: {KINDS[code].title}" for code in found), "content": content}
        for status, found in by_status.items()
    }


def upload(identity: Sequence[Header]) -> Json:
    """The body that an upload has, and its headers with those that say whose it is."""
    return {
        "requestBody": {
            "required": True,
            "content": {
                "application/zip": {"schema": {"type": "string", "format": "binary"}},
                JSON_TYPE: {
                    "schema": {
                        "type": "object",
                        "required": ["code"],
                        "properties": {
                            "filename": {"type": "string"},
                            "code": {"type": "string", "description": "A ZIP in base64, or plain Python."},
                            "metadata": {"type": "object"},
                        },
                    }
                },
            },
        },
        "parameters": [
            {
                "name": each.name,
                "in": "header",
                "required": each.is_required,
                "description": each.description,
                "schema": {"type": "string", "maxLength": 255},
            }
            for each in (*identity, *ANYBODYS)
        ],
    }


def body(record: type[msgspec.Struct]) -> Json:
    """The body of a route that takes a record."""
    return {"requestBody": {"required": True, "content": {JSON_TYPE: {"schema": _reference(record)}}}}


def document(app: FastAPI, records: Sequence[type[msgspec.Struct]]) -> Json:
    """The whole document, with the records that routes give or take."""
    found: Json = get_openapi(
        title=app.title,
        version=app.version,
        openapi_version="3.1.0",
        description=app.description,
        routes=app.routes,
    )
    _, schemas = msgspec.json.schema_components([*records, ProblemDetails], ref_template=_RECORDS + "{name}")
    components: Json = found.setdefault("components", {})
    components["schemas"] = schemas
    components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    for path, methods in found["paths"].items():
        for operation in methods.values():
            _finish(path, operation)
    return found


def _finish(path: str, operation: Json) -> None:
    """Say that a route is behind the token, and take out the answers that FastAPI adds and PRISM never gives."""
    for response in operation["responses"].values():
        response["content"] = {kind: each for kind, each in response.get("content", {}).items() if not _is_added(each)}
    operation["responses"] = {status: each for status, each in operation["responses"].items() if each["content"]}
    if path.startswith("/internal/"):
        operation["security"] = [{"token": []}]


def _is_added(content: Mapping[str, Any]) -> bool:
    return content.get("schema") in ({}, {"$ref": _RECORDS + "HTTPValidationError"})

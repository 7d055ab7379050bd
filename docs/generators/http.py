"""The reference of what the service answers over HTTP, from its routes and the problems that it knows."""

import json
from typing import Any

from generators.markdown import table
from prism.service.http import openapi
from prism.service.http.app import RECORDS, described_app
from prism.service.http.problems import KINDS

LEAD = """\
# HTTP

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


def page() -> str:
    """The routes and the problems."""
    described = openapi.document(described_app(), RECORDS)
    rows = [
        (f"`{method.upper()} {path}`", operation["description"])
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
    ]
    problems = [(f"`{code}`", str(int(kind.status)), kind.title) for code, kind in KINDS.items()]
    return LEAD + table(("route", "what it does"), rows) + PROBLEMS + table(("code", "status", "meaning"), problems)


def document() -> str:
    """The OpenAPI document."""
    described: dict[str, Any] = openapi.document(described_app(), RECORDS)
    return json.dumps(described, indent=2) + "\n"

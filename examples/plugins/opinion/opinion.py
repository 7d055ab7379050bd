"""A reviewer: asks a service over HTTP what it thinks of a project, and believes nothing that it cannot check.

Whatever goes wrong raises, and what a plugin raises holds the project: nobody is approved because nobody answered.
"""

import json
import time
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import msgspec

from prism import Finding, Project, Rule, Severity, hookimpl
from prism.finding import Span

CONCERN = Rule(
    id="opinion/concern",
    title="The reviewing service is concerned",
    severity=Severity.WARNING,
    why="The operator's own service has seen something that no rule looks for.",
    example="whatever the service names",
    instead="Read the concern, and change the line or explain it to the operator.",
)
ANSWER_BYTES = 1_000_000


class Concern(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One concern, as the service says it."""

    path: str
    line: Annotated[int, msgspec.Meta(ge=1)]
    message: Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
    confidence: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None


class Answer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the service answers."""

    concerns: Annotated[tuple[Concern, ...], msgspec.Meta(max_length=100)]


class Plugin:
    """Asks the service at ``url``."""

    name = "opinion"
    requires_hooks = 1
    settings_schema = {  # noqa: RUF012 - PRISM reads it and changes nothing
        "type": "object",
        "additionalProperties": False,
        "required": ["url"],
        "properties": {
            "url": {
                "description": "Where the service listens: it gets a POST with the project's files as JSON.",
                "type": "string",
                "pattern": "^https?://[^/?#@]+(/[^?#]*)?$",
            },
            "token_file": {
                "description": "A file with the token that the service asks for; only its place counts.",
                "type": "string",
                "minLength": 1,
                "x-prism-file": "place",
            },
            "seconds": {
                "description": "How long one answer may take.",
                "type": "number",
                "exclusiveMinimum": 0,
                "default": 30,
            },
        },
    }

    def __init__(self, settings: Mapping[str, Any]) -> None:
        """Take the settings; the service is first spoken to when there is something to ask."""
        self._url = urlsplit(settings["url"])
        self._token_file = settings.get("token_file")
        self._seconds = float(settings["seconds"])

    @hookimpl
    def prism_rules(self) -> list[Rule]:
        """Name the one rule."""
        return [CONCERN]

    @hookimpl
    def prism_review(self, project: Project, deadline: float) -> Iterator[Finding]:
        """Ask the service, and pass on those concerns that are about a line of the project."""
        for concern in self._answer(project, deadline).concerns:
            file = project.sources.get(concern.path)
            if file is None or concern.line > len(file.lines):
                raise ValueError("the service names a line that the project does not have")
            end = len(file.lines[concern.line - 1]) + 1
            place = Span(line=concern.line, end_line=concern.line, end_column=end)
            yield CONCERN.finding(concern.message, file=file, span=place, confidence=concern.confidence)

    def _answer(self, project: Project, deadline: float) -> Answer:
        """What the service says; it gets no more time than is left.

        Raises:
            OSError, HTTPException, ValueError: it did not answer in time, or with something else.
        """
        seconds = min(self._seconds, deadline - time.monotonic())
        if seconds <= 0:
            raise TimeoutError("no time is left to ask the service")
        ends = time.monotonic() + seconds
        make = HTTPSConnection if self._url.scheme == "https" else HTTPConnection
        connection = make(self._url.netloc, timeout=seconds)
        try:
            connection.request("POST", self._url.path or "/", _question(project), self._headers())
            response = connection.getresponse()
            if (
                response.status != HTTPStatus.OK
            ):  # a redirect too: the project goes to nobody but the service that was named
                raise HTTPException(f"the service answered {response.status}")
            body = bytearray()
            while part := response.read1(65_536):
                body += part
                if len(body) > ANSWER_BYTES or time.monotonic() > ends:
                    raise ValueError("the service's answer is too long, or takes too long")
            return msgspec.json.decode(bytes(body), type=Answer)
        finally:
            connection.close()

    def _headers(self) -> dict[str, str]:
        headers = {"Content-Type": "application/json"}
        if self._token_file:
            token = Path(self._token_file).read_text(encoding="ascii").strip()
            headers["Authorization"] = f"Bearer {token}"
        return headers


def _question(project: Project) -> bytes:
    """The project's Python files, as text by path; what they say is for the service to read and never to obey."""
    files = {file.path: file.data.decode("utf-8", "replace") for file in project}
    return json.dumps({"project": project.digest, "files": files}).encode()

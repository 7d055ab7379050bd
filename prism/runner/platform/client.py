"""Requests to Platform's broker: one connection each, bounded in time and size, with errors that say what to do.

Only a request that cannot have started anything is repeated: one whose connection was never made, and one that the
broker refused because too many runs are under way. Redirects are not followed, so that the token goes nowhere else.
"""

import contextlib
import http.client
import json
import socket
import ssl
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from prism.errors import RunnerError
from prism.report.escape import shorten
from prism.runner.platform.token import broker_token

_HEADERS = {"platform": "X-Platform-Challenge-Slug", "base": "X-Base-Challenge-Slug"}
_CONNECT_SECONDS = 10
_ATTEMPTS = 3
_FIRST_PAUSE_SECONDS = 0.25
_MAX_ANSWER_BYTES = 4 * 1024 * 1024
_CHUNK = 64 * 1024
_BUSY = 429
_DETAIL_CHARACTERS = 500


class UnansweredError(RunnerError):
    """The request was sent and no usable answer came: what it asked for may or may not have happened."""


class PlatformClient:
    """Asks one broker on behalf of one challenge."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._url = str(settings["url"]).rstrip("/")
        self._slug_header = _HEADERS[settings.get("headers", "platform")]
        self._slug = str(settings["challenge_slug"])
        self._token_file = str(settings.get("token_file", ""))

    def post(self, path: str, body: Mapping[str, Any], *, seconds: float) -> dict[str, Any]:
        """The broker's answer to a JSON request, within that many seconds.

        Raises:
            UnansweredError: it broke off, took too long, failed (5xx), or answered something else than JSON.
            RunnerError: it cannot be reached, or refused the request; nothing has been started.
        """
        headers = self._headers()
        sent = json.dumps(body).encode()
        pause = _FIRST_PAUSE_SECONDS
        for _ in range(_ATTEMPTS - 1):
            try:
                return self._posted(path, sent, headers, seconds)
            except _AgainError:
                time.sleep(pause)
                pause *= 4
        try:
            return self._posted(path, sent, headers, seconds)
        except _AgainError as error:
            raise error.in_the_end from error

    def _headers(self) -> dict[str, str]:
        token = broker_token(self._token_file)
        return {
            "Authorization": f"Bearer {token}",
            self._slug_header: self._slug,
            "Content-Type": "application/json",
            "Accept": "application/json",
        }

    def _posted(self, path: str, sent: bytes, headers: Mapping[str, str], seconds: float) -> dict[str, Any]:
        deadline = time.monotonic() + seconds
        with contextlib.closing(self._connected()) as connection:
            try:
                _set_timeout(connection.sock, deadline)
                connection.request("POST", urlsplit(self._url).path + path, body=sent, headers=dict(headers))
                status, content = _received(connection.sock, deadline)
            except (OSError, http.client.HTTPException) as error:
                raise self._unanswered(_shown(error)) from error
        return self._judged(status, content)

    def _connected(self) -> http.client.HTTPConnection:
        parts = urlsplit(self._url)
        host = parts.hostname or ""
        connection: http.client.HTTPConnection
        if parts.scheme == "https":
            context = ssl.create_default_context()
            connection = http.client.HTTPSConnection(host, parts.port, timeout=_CONNECT_SECONDS, context=context)
        else:
            connection = http.client.HTTPConnection(host, parts.port, timeout=_CONNECT_SECONDS)
        try:
            connection.connect()
        except OSError as error:
            connection.close()
            raise _AgainError(
                RunnerError(
                    f"Platform's broker cannot be reached: {_shown(error)}",
                    where=self._url,
                    do="start it, or mend runner.broker.settings.url",
                    code="engine-unavailable",
                )
            ) from error
        return connection

    def _judged(self, status: int, content: bytes) -> dict[str, Any]:
        if status == _BUSY:
            raise _AgainError(self._refused(status, content))
        if 300 <= status < 500:  # noqa: PLR2004 - redirects and refusals
            raise self._refused(status, content)
        if status != http.HTTPStatus.OK:
            raise self._unanswered(f"status {status}: {_detail(content)}")
        try:
            answer = json.loads(content)
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict):
            raise self._unanswered("its answer is not a JSON object")
        return answer

    def _refused(self, status: int, content: bytes) -> RunnerError:
        detail = _detail(content)
        meaning, do = _REFUSALS.get(status, ("refused the request", "mend the policy's `runner` section"))
        is_image = status != 401 and "image" in detail.lower()  # noqa: PLR2004 - unauthorised
        return RunnerError(
            f"Platform's broker {meaning} (status {status}): {detail}",
            where=self._url,
            do="name an image in runner.image that this broker allows" if is_image else do,
            code="image-not-allowed" if is_image else "runner-busy" if status == _BUSY else "broker-unusable",
        )

    def _unanswered(self, why: str) -> UnansweredError:
        return UnansweredError(
            f"Platform's broker gave no usable answer: {why}",
            where=self._url,
            do="look at the broker's log; run the project again when it is well",
            code="run-lost",
        )


_REFUSALS = {
    401: ("does not accept the token", "mend the token, or runner.broker.settings.challenge_slug and .headers"),
    403: ("forbids the request", "have the broker's operator allow it for this challenge"),
    413: ("finds the request too large", "use shorter texts, or have the broker's operator allow larger requests"),
    429: ("has too many runs under way", "run fewer at once, or have the broker's operator allow more"),
}


class _AgainError(Exception):
    """Nothing was started and the request may be repeated; ``in_the_end`` is the error if that is of no use."""

    def __init__(self, in_the_end: RunnerError) -> None:
        super().__init__(in_the_end.what)
        self.in_the_end = in_the_end


def _received(connected: socket.socket, deadline: float) -> tuple[int, bytes]:
    """Status and whole content of the answer on a socket."""
    # Not the connection's own way: where that fails, it leaves the socket open.
    with contextlib.closing(http.client.HTTPResponse(connected, method="POST")) as answer:
        _set_timeout(connected, deadline)
        answer.begin()
        content = bytearray()
        while piece := _piece(answer, connected, deadline):
            content += piece
            if len(content) > _MAX_ANSWER_BYTES:
                raise http.client.HTTPException(f"its answer is longer than {_MAX_ANSWER_BYTES} bytes")
        if answer.length:
            raise http.client.IncompleteRead(b"", answer.length)
        return answer.status, bytes(content)


def _piece(answer: http.client.HTTPResponse, connected: socket.socket, deadline: float) -> bytes:
    _set_timeout(connected, deadline)
    return answer.read1(_CHUNK)


def _set_timeout(connected: socket.socket, deadline: float) -> None:
    """Let the next operation last until the deadline."""
    seconds = deadline - time.monotonic()
    if seconds <= 0:
        raise TimeoutError("it took too long")
    connected.settimeout(seconds)


def _detail(content: bytes) -> str:
    """What a refusal says, as one safe line."""
    try:
        document = json.loads(content)
        detail = document["detail"] if isinstance(document, dict) and "detail" in document else document
    except (ValueError, RecursionError):
        detail = content.decode("utf-8", "replace")
    return shorten(detail if isinstance(detail, str) else json.dumps(detail), _DETAIL_CHARACTERS)


def _shown(error: Exception) -> str:
    return shorten(str(error) or type(error).__name__, _DETAIL_CHARACTERS)

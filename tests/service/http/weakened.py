"""The service with one of its defences taken away: the one that a file names, as long as it names it.

What defends is what the service runs; each is only asked first whether it is away.
"""

import asyncio
import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sr25519
from uvicorn.protocols.http.h11_impl import H11Protocol

import prism.cli.app
from prism.service import admission, nonces
from prism.service.http import authentication, body, bridge, direct, headers, receiving, server, wall
from prism.service.logs import JsonFormatter
from prism.service.shared_token import SharedToken

AWAY = Path(os.environ["AWAY"])
AnyCallable = Callable[..., Any]


def take(owner: Any, name: str, defence: str, instead: AnyCallable) -> None:  # noqa: ANN401 - a module or a class
    """Have something else called while a defence is away."""
    original: AnyCallable = getattr(owner, name)

    def asked(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - whatever it is called with
        return (instead if AWAY.read_text() == defence else original)(*arguments, **named)

    setattr(owner, name, asked)


def first(found: headers.Headers, name: str) -> bytes | None:
    """The first of the headers of a name."""
    return next((value.strip() for each, value in found if each == name.lower().encode()), None)


def nothing(*_arguments: object, **_named: object) -> None:
    """Refuse nothing."""


def yes(*_arguments: object) -> bool:
    """Believe everything."""
    return True


async def everything(request: Any, _limit: int) -> bytes:  # noqa: ANN401 - Starlette's own
    """The whole body, however large."""
    return b"".join([part async for part in request.stream()])


def plain(_formatter: logging.Formatter, record: logging.LogRecord) -> str:
    """A line of a log as many write it."""
    return f"{record.levelname} {record.getMessage()} {getattr(record, 'path', '')}"


def unchecked(self: server.BoundedProtocol) -> None:
    """Leave the lines of a head to h11."""
    H11Protocol.handle_events(self)


def keep_alive(self: wall.Exchange) -> Any:  # noqa: ANN401 - headers
    """End no connection for chunks."""
    self._is_in_chunks = False
    return original_headers(self)


def verified(key: bytes, signature: str, message: bytes) -> bool:
    """What the library says, whoever's key it is."""
    return bool(sr25519.verify(bytes.fromhex(signature), message, key))


original_timeout = asyncio.timeout
original_headers = wall.Exchange._headers
take(SharedToken, "opens", "token", yes)
take(direct, "has_signed", "signature", yes)
take(direct, "has_signed", "key of nobody", verified)
take(nonces, "spend", "nonce", nothing)
take(admission.Admission, "require_fresh", "freshness", nothing)
take(admission.Admission, "require_admitted", "key of nobody", nothing)
take(bridge, "_check_hash", "body hash", nothing)
take(body, "_received", "body bound", everything)
take(asyncio, "timeout", "time", lambda _seconds: original_timeout(None))
take(server.BoundedProtocol, "handle_events", "lines", unchecked)
take(server.BoundedProtocol, "_watch", "time", nothing)
take(wall.Exchange, "_headers", "chunks", keep_alive)
take(JsonFormatter, "format", "log", plain)
for module in (headers, authentication, body, receiving):
    take(module, "single", "repeated headers", first)

if __name__ == "__main__":
    prism.cli.app.main()

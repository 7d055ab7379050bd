"""Whom notices go to: one address, which the policy states. Nothing of a submission, and no answer, leads elsewhere."""

import os
import socket
import stat
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from prism import __version__
from prism.webhook.signature import DELIVERY, SIGNATURE, TIMESTAMP, signature

SHORTEST_SECRET: Final = 16
LONGEST_SECRET: Final = 4_096
SILENCES: Final = 3
"""A whole answer may take so many times what a silence may: one that comes in drops, or never ends, keeps nobody."""
WORTH_REPEATING: Final = frozenset(
    {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS, *range(500, 600)}
)


class NotDeliveredError(Exception):
    """A notice that the receiver has not taken; the message says why, and holds no secret."""

    def __init__(self, why: str, *, is_final: bool = False) -> None:
        super().__init__(why)
        self.is_final = is_final


class Receiver:
    """One address, and the secret that it shares with PRISM."""

    def __init__(self, url: str, secret_file: Path, seconds: float) -> None:
        """Take them as they are; the secret is read when something is sent, so that it can change."""
        self._parts = urlsplit(url)
        self._secret_file = secret_file
        self._seconds = seconds

    def post(self, delivery: str, body: bytes) -> None:
        """Send one notice, once.

        No proxy of the environment is used and no redirect followed: what is sent goes where the policy says.

        Raises:
            NotDeliveredError: it was not taken.
        """
        timestamp = int(time.time())
        headers = {
            "Content-Type": "application/json",
            "User-Agent": f"prism/{__version__}",
            DELIVERY: delivery,
            TIMESTAMP: str(timestamp),
            SIGNATURE: signature(self._secret(), timestamp, body),
        }
        status = self._sent(headers, body)
        if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            raise NotDeliveredError(f"the receiver answered {status}", is_final=status not in WORTH_REPEATING)

    def _sent(self, headers: Mapping[str, str], body: bytes) -> int:
        parts = self._parts
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        connection = kind(parts.hostname or "", parts.port, timeout=self._seconds)
        too_late = threading.Timer(SILENCES * self._seconds, _cut, (connection,))
        too_late.daemon = True
        too_late.start()
        try:
            connection.request("POST", parts.path or "/", body=body, headers=dict(headers))
            return connection.getresponse().status
        except (OSError, HTTPException) as error:
            raise NotDeliveredError(f"{type(error).__name__}: the receiver could not be reached") from error
        finally:
            too_late.cancel()
            connection.close()

    def _secret(self) -> bytes:
        try:
            # A FIFO must not make anybody wait.
            with os.fdopen(os.open(self._secret_file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as opened:
                is_open = os.fstat(opened.fileno()).st_mode & stat.S_IRWXO
                secret = (opened.read(LONGEST_SECRET + 1) or b"").strip()
        except OSError as error:
            raise NotDeliveredError(f"the secret's file cannot be read: {error.strerror}") from error
        if is_open:
            raise NotDeliveredError("everybody on this machine can read the secret's file; chmod o-rwx it")
        if not SHORTEST_SECRET <= len(secret) <= LONGEST_SECRET:
            raise NotDeliveredError(f"the secret's file must hold {SHORTEST_SECRET} to {LONGEST_SECRET} bytes")
        return secret


def _cut(connection: HTTPConnection) -> None:
    """End a connection that somebody waits on."""
    with suppress(OSError):
        if connection.sock is not None:
            connection.sock.shutdown(socket.SHUT_RDWR)

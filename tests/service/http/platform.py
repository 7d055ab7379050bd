"""A small stand-in for Platform: verifies what a miner has signed, hands it over the bridge, and passes reading on.

It does what the real one does as far as a challenge sees it, and trusts nothing that a client says of itself.
"""

import hashlib
import re
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import sr25519

from prism.service.ss58 import AddressError, public_key
from tests.service.http.servers import BRIDGE

NETUID = 7
SLUG = "prism"
UPLOAD = f"/v1/challenges/{SLUG}/submissions"
PROXY = re.compile(rf"/challenges/{SLUG}(/.*)")
HIDDEN = ("/internal", "/health", "/version")
WINDOW_SECONDS = 300
MOST_BYTES = 2_000_000
Reply = tuple[int, str, bytes]


def message(hotkey: str, nonce: str, timestamp: str, body: bytes) -> bytes:
    """What a miner signs."""
    digest = hashlib.sha256(body).hexdigest()
    return f"platform-upload-v1:{NETUID}:{SLUG}:POST:{UPLOAD}:{hotkey}:{nonce}:{timestamp}:{digest}".encode()


@dataclass
class Platform:
    """What it knows: the challenge's address and token, who is registered, and which nonces were used."""

    challenge_port: int
    token: str
    registered: frozenset[str]
    port: int = 0
    _nonces: set[tuple[str, str]] = field(default_factory=set)
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def upload(self, headers: Mapping[str, str], body: bytes) -> Reply:
        """Hand over what was signed by a registered hotkey, in time and for the first time."""
        hotkey, nonce, timestamp = (headers.get(name, "") for name in ("X-Hotkey", "X-Nonce", "X-Timestamp"))
        refusal = self._refusal(hotkey, nonce, timestamp, headers.get("X-Signature", ""), body)
        if refusal:
            return HTTPStatus.UNAUTHORIZED, "text/plain", refusal.encode()
        verified = {
            "Authorization": f"Bearer {self.token}",
            "Content-Type": headers.get("Content-Type", "application/zip"),
            "X-Platform-Challenge-Slug": SLUG,
            "X-Platform-Request-Hash": hashlib.sha256(body).hexdigest(),
            "X-Platform-Verified-Hotkey": hotkey,
            "X-Platform-Verified-Nonce": nonce,
            "X-Submission-Filename": headers.get("X-Submission-Filename", "project.zip"),
        }
        return self._asked("POST", BRIDGE, verified, body)

    def _refusal(self, hotkey: str, nonce: str, timestamp: str, signature: str, body: bytes) -> str:
        if hotkey not in self.registered:
            return "not registered"
        if not timestamp.isdigit() or abs(time.time() - int(timestamp)) > WINDOW_SECONDS:
            return "too old"
        try:
            key, signed = public_key(hotkey, 42), bytes.fromhex(signature)
        except (AddressError, ValueError):
            return "malformed"
        if not sr25519.verify(signed, message(hotkey, nonce, timestamp, body), key):
            return "wrongly signed"
        with self._turn:
            is_used = (hotkey, nonce) in self._nonces
            self._nonces.add((hotkey, nonce))
        return "used before" if is_used else ""

    def passed_on(self, path: str, headers: Mapping[str, str]) -> Reply:
        """What the challenge answers to anybody, with its own paths hidden in their plain spelling only."""
        if path.startswith(HIDDEN):
            return HTTPStatus.NOT_FOUND, "text/plain", b""
        kept = {name: value for name, value in headers.items() if not name.lower().startswith("x-platform-")}
        return self._asked("GET", path, kept, None)

    def weights(self) -> Reply:
        """What it asks a challenge for at the end of an epoch."""
        return self._asked("GET", "/internal/v1/get_weights", {"Authorization": f"Bearer {self.token}"}, None)

    def _asked(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None) -> Reply:
        connection = HTTPConnection("127.0.0.1", self.challenge_port, timeout=30)
        try:
            connection.request(method, path, body=body, headers=dict(headers))
            answer = connection.getresponse()
            return answer.status, answer.getheader("Content-Type", ""), answer.read()
        finally:
            connection.close()


@contextmanager
def open_platform(platform: Platform) -> Iterator[Platform]:
    """The stand-in on a port of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", "0"))
            if self.path != UPLOAD or length > MOST_BYTES:
                self._reply((HTTPStatus.NOT_FOUND, "text/plain", b""))
                return
            self._reply(platform.upload(dict(self.headers), self.rfile.read(length)))

        def do_GET(self) -> None:
            found = PROXY.fullmatch(self.path)
            missing: Reply = (HTTPStatus.NOT_FOUND, "text/plain", b"")
            self._reply(platform.passed_on(found[1], dict(self.headers)) if found else missing)

        def _reply(self, reply: Reply) -> None:
            status, kind, body = reply
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        platform.port = server.server_port
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield platform
        finally:
            server.shutdown()
            thread.join()

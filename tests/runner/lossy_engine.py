"""The real engine behind a door that loses things: what is asked of it, or what it says of itself, arrives changed.

It stands in for engines that drop limits, as older ones, those without the needed control groups, and imitations do.
"""

import contextlib
import http.client
import json
import os
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

ENGINE = os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock").removeprefix("unix://")
Change = Callable[[dict[str, Any]], None]


class _Upstream(http.client.HTTPConnection):
    """A connection to the real engine."""

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(ENGINE)


class _Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True
    asked: Change
    said: Change

    def get_request(self) -> tuple[socket.socket, tuple[str, int]]:
        """A connection, with an address of the form that the handler wants."""
        return super().get_request()[0], ("client", 0)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        if "/containers/create" in self.path:
            body = _changed(body, self.server.asked)
        upstream = _Upstream("engine")
        with contextlib.closing(upstream):
            upstream.request(self.command, self.path, body or None, {"Content-Type": "application/json"})
            answer = upstream.getresponse()
            data = answer.read()
        if self.path.endswith("/info"):
            data = _changed(data, self.server.said)
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.headers.get("Content-Type", "application/json"))
        if answer.status != http.HTTPStatus.NO_CONTENT:
            self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_DELETE = _pass_on  # noqa: N815 - names of the base class

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


def _changed(body: bytes, change: Change) -> bytes:
    document = json.loads(body)
    change(document)
    return json.dumps(document).encode()


def _nothing(document: dict[str, Any]) -> None:
    """Leave it as it is."""


@contextlib.contextmanager
def lossy_engine(folder: Path, *, asked: Change = _nothing, said: Change = _nothing) -> Iterator[str]:
    """The address of the real engine, for the length of the context.

    Args:
        folder: where the socket is made.
        asked: changes the request to create a container.
        said: changes what the engine says of itself.
    """
    path = folder / "engine.sock"
    with _Server(str(path), _Handler) as server:
        server.asked, server.said = asked, said
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"unix://{path}"
        finally:
            server.shutdown()
            thread.join()
            path.unlink()

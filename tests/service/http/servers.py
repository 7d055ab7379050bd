"""Real servers of the service: processes on a port of their own, asked over a socket."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from prism.service.ss58 import address

TOKEN = "a-token-of-the-tests-0123456789abcdef"  # noqa: S105 - it opens nothing but the servers of the tests
BRIDGE = "/internal/v1/bridge/submissions"
RUNNING = re.compile(r"Uvicorn running on http://127\.0\.0\.1:(\d+)")
GENEROUS = {
    "PRISM_QUEUE_HOTKEY_PER_HOUR": "100000",
    "PRISM_QUEUE_HOTKEY_WAITING": "100000",
}


def hotkey(number: int) -> str:
    """The address of a key that nobody has."""
    return address(number.to_bytes(32, "big"), 42)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:  # noqa: ANN401 - whatever JSON holds
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """The code of a problem."""
        assert self.headers["content-type"] == "application/problem+json"
        assert self.json["status"] == self.status
        return str(self.json["code"])


@dataclass(frozen=True, kw_only=True)
class Server:
    """A server that runs."""

    port: int
    log_file: Path
    location: str
    process: "subprocess.Popen[bytes]"

    def ask(
        self,
        method: str,
        path: str,
        *,
        body: bytes | Iterator[bytes] | None = None,
        headers: Mapping[str, str] | None = None,
        token: str | None = TOKEN,
    ) -> Answer:
        """The answer to one request."""
        sent = dict(headers or {})
        if token is not None:
            sent["Authorization"] = f"Bearer {token}"
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body=body, headers=sent)
            answer = connection.getresponse()
            names = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(status=answer.status, headers=names, body=answer.read())
        finally:
            connection.close()

    def hand_in(self, body: bytes, *, key: str | None = None, token: str | None = TOKEN, **headers: str) -> Answer:
        """Hand something in over the bridge; underscores in names of headers stand for hyphens."""
        sent = {"X-Platform-Verified-Hotkey": hotkey(1) if key is None else key, "Content-Type": "application/zip"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        return self.ask("POST", BRIDGE, body=body, headers=sent, token=token)

    def raw(self, *parts: bytes, pause: float = 0, timeout: float = 15) -> bytes:
        """Everything that comes back when these bytes are sent and nothing else."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=timeout) as connection:
            received = b""
            try:
                for part in parts:
                    connection.sendall(part)
                    time.sleep(pause)
                while more := connection.recv(65_536):
                    received += more
            except (ConnectionResetError, BrokenPipeError):
                pass
            return received

    def log(self) -> list[dict[str, Any]]:
        """The log, of which every line is an object."""
        whole, _, _ = self.log_file.read_text(encoding="ascii").rpartition("\n")  # the last may just be written
        return [json.loads(line) for line in whole.splitlines()]

    def logged(self, request_id: str) -> list[dict[str, Any]]:
        """What the log says of one request."""
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            found = [line for line in self.log() if line.get("request") == request_id]
            if any("status" in line for line in found):
                time.sleep(0.05)
                return [line for line in self.log() if line.get("request") == request_id]
            time.sleep(0.02)
        raise AssertionError(f"{request_id} is not in the log")


@contextmanager
def running(
    location: str, folder: Path, *options: str, program: Sequence[str] = ("-m", "prism"), **settings: str
) -> Iterator[Server]:
    """A server on a store, with what is stated in the environment."""
    log_file = folder / f"serve-{time.monotonic_ns()}.log"
    stated = {"PRISM_DATABASE_URL": location, "PRISM_PORT": "0", "PRISM_SHARED_TOKEN": TOKEN, **GENEROUS, **settings}
    environment = {**os.environ, **{name: value for name, value in stated.items() if value}}
    command = [sys.executable, *program, "serve", *(options or ("--no-worker",))]
    with log_file.open("wb") as log, subprocess.Popen(command, env=environment, stderr=log) as process:
        try:
            yield Server(port=port_of(process, log_file), log_file=log_file, location=location, process=process)
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()


def port_of(process: "subprocess.Popen[bytes]", log_file: Path) -> int:
    """The port that a server says it listens on."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        found = RUNNING.search(log_file.read_text(encoding="utf-8"))
        if found:
            return int(found[1])
        time.sleep(0.05)
    raise AssertionError(f"the server did not start: {log_file.read_text(encoding='utf-8')}")

"""The gate mounted in somebody's service, as the page about embedding shows it: a real server, asked over a socket."""

import asyncio
import io
import json
import re
import signal
import socket
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any

import pytest

from prism import AsyncGate
from prism.asgi import review_app
from tests.docs.test_embedding import BLOCKS

EXAMPLES = Path(__file__).parents[1] / "examples"
MOUNTED = 'app.mount("/gate", review_app(gate))'
SMALL = "/small"
"""Takes one request at a time, and waits two seconds for its body."""
MOUNTED_SMALL = f'app.mount("{SMALL}", review_app(gate, waiting=1, body_seconds=2))'
SLOW = """\
import time

from prism import hookimpl


@hookimpl
def prism_check_project(project):
    time.sleep(1)
    return []
"""
RUNNING = re.compile(r"Uvicorn running on http://127\.0\.0\.1:(\d+)")


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Of a service with the example's application, and the same once more with little room and time, on ``SMALL``."""
    folder = tmp_path_factory.mktemp("service")
    source = next(block for block in BLOCKS if "\napp = " in block)
    both = source.replace(MOUNTED, f"{MOUNTED}\n        {MOUNTED_SMALL}")
    assert both != source
    (folder / "embedding.py").write_text(both, encoding="utf-8")
    command = [sys.executable, "-m", "uvicorn", "--port", "0", "--app-dir", str(folder), "embedding:app"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        try:
            lines = iter(server.stderr.readline, "")
            yield next(int(found[1]) for line in lines if (found := RUNNING.search(line)))
        finally:
            server.send_signal(signal.SIGTERM)
            said = server.communicate(timeout=20)[1]
    assert "Application shutdown complete" in said
    assert "Traceback" not in said


def archive_of(project: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as writer:
        for file in (EXAMPLES / project).iterdir():
            writer.writestr(file.name, file.read_bytes())
    return buffer.getvalue()


def answer(port: int, method: str, path: str, body: bytes | Iterator[bytes] | None = None) -> tuple[HTTPResponse, dict]:  # type: ignore[type-arg] # whatever JSON holds
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request(method, path, body)
    response = connection.getresponse()
    found = json.loads(response.read())
    connection.close()
    return response, found


@pytest.mark.parametrize(
    ("body", "verdict"),
    [
        (archive_of("honest-small"), "approved"),
        (archive_of("hostile-shell"), "rejected"),
        (b"this is no archive", "rejected"),
    ],
    ids=["honest", "hostile", "broken"],
)
def test_a_project_is_answered_with_the_record_of_its_review(port: int, body: bytes, verdict: str) -> None:
    response, review = answer(port, "POST", "/gate/reviews", body)

    assert (response.status, review["verdict"]) == (200, verdict)
    assert review["policy"] == answer(port, "GET", "/gate/policy")[1]


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("POST", "/gate/reviews", None, 400, "body-empty"),
        ("POST", "/gate/reviews", bytes(9_000_000), 413, "body-too-large"),
        ("POST", "/gate/reviews", iter([bytes(5_000_000)] * 2), 413, "body-too-large"),
        ("GET", "/gate/reviews", None, 405, "method-not-allowed"),
        ("GET", "/gate/nothing", None, 404, "not-found"),
        ("POST", "/gate/reviews/", b"no archive", 404, "not-found"),
    ],
)
def test_what_is_not_reviewed_is_a_problem_with_a_code(
    method: str, path: str, body: bytes | Iterator[bytes] | None, status: int, code: str, port: int
) -> None:
    response, problem = answer(port, method, path, body)

    assert (response.status, problem["code"], problem["status"]) == (status, code, status)
    assert response.headers["content-type"] == "application/problem+json"


def test_who_holds_his_body_back_keeps_others_waiting_for_a_bounded_time_only(port: int) -> None:
    slow = HTTPConnection("127.0.0.1", port, timeout=30)
    slow.putrequest("POST", f"{SMALL}/reviews")
    slow.putheader("Content-Length", "100")
    slow.endheaders(b"PK")
    statuses = set()
    while 429 not in statuses:
        statuses.add(answer(port, "POST", f"{SMALL}/reviews", b"no archive")[0].status)
    refused = json.loads(slow.getresponse().read())
    slow.close()

    assert refused["code"] == "body-slow"
    assert statuses <= {200, 429}
    assert answer(port, "POST", f"{SMALL}/reviews", b"no archive")[0].status == 200


def test_who_leaves_in_the_middle_of_a_body_takes_no_place_and_leaves_nothing_in_the_log(port: int) -> None:
    """The log is read when the server has ended."""
    for is_abrupt in (False, True):
        sender = socket.create_connection(("127.0.0.1", port), timeout=30)
        sender.sendall(f"POST {SMALL}/reviews HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nPK".encode())
        if is_abrupt:
            sender.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        sender.close()
        statuses = [0]
        while statuses[-1] != 200:
            statuses.append(answer(port, "POST", f"{SMALL}/reviews", b"no archive")[0].status)
        assert set(statuses) <= {0, 200, 429}


def test_who_leaves_while_waiting_for_a_review_waits_no_longer(tmp_path: Path) -> None:
    (tmp_path / "slow.py").write_text(SLOW, encoding="utf-8")
    policy = tmp_path / "slow.yaml"
    policy.write_text("policy: 1\nname: slow\nplugins: {slow: {from: slow.py}}\n", encoding="utf-8")
    ended = []

    async def sender(app: Any, name: str, *, leaves: bool) -> None:  # noqa: ANN401 - an ASGI application
        messages = [{"type": "http.request", "body": archive_of("honest-small")}]
        answered = asyncio.Event()

        async def receive() -> dict[str, Any]:
            if messages:
                return messages.pop()
            if not leaves:
                await answered.wait()
            return {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                ended.append((name, message["status"]))
                answered.set()

        scope = {"type": "http", "method": "POST", "path": "/reviews", "headers": [], "query_string": b""}
        await app(scope, receive, send)

    async def main() -> None:
        async with AsyncGate.from_policy(policy) as gate:
            app = review_app(gate)
            first = asyncio.create_task(sender(app, "first", leaves=False))
            await asyncio.sleep(0)  # it goes first
            await asyncio.gather(first, *(sender(app, "gone", leaves=True) for _ in range(3)))

    asyncio.run(main())
    assert ended == [("gone", 400)] * 3 + [("first", 200)]

"""The reviewer against a real HTTP server: what it passes on, and that every failure holds the project."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from prism.testing import ConformanceSuite, MakeProject, Outcome, PluginUnderTest

pytest_plugins = ["prism.testing"]
PLUGIN = Path(__file__).with_name("opinion.py")
MODEL = "x = 1\ny = 2\n"


class Service(ThreadingHTTPServer):
    """A reviewing service that answers as a test wants it to."""

    def __init__(self) -> None:
        """Listen on a free port of this machine."""
        super().__init__(("127.0.0.1", 0), Handler)
        self.status = 200
        self.headers: dict[str, str] = {}
        self.body = b'{"concerns": []}'
        self.seconds_a_byte = 0.0
        self.asked: list[tuple[dict[str, str], Any]] = []

    def plugin(self, **settings: object) -> PluginUnderTest:
        """The plugin that asks this service."""
        url = f"http://127.0.0.1:{self.server_port}/review"
        return PluginUnderTest.at(PLUGIN, settings={"url": url, **settings})


class Handler(BaseHTTPRequestHandler):
    """One request."""

    server: Service

    def do_POST(self) -> None:
        """Note the question and send the answer."""
        question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append((dict(self.headers), question))
        self.send_response(self.server.status)
        for name, value in {"Content-Length": str(len(self.server.body)), **self.server.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        try:
            for byte in self.server.body if self.server.seconds_a_byte else ():
                self.wfile.write(bytes([byte]))
                time.sleep(self.server.seconds_a_byte)
            self.wfile.write(b"" if self.server.seconds_a_byte else self.server.body)
        except OSError:
            return  # whoever asked has gone

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name in the standard library
        """Say nothing."""


@pytest.fixture
def service() -> Iterator[Service]:
    """A service that has no concerns."""
    with Service() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def reviewed(service: Service, prism_project: MakeProject, body: object = None, **settings: object) -> Outcome:
    """What comes of a review in which the service answers so."""
    if body is not None:
        service.body = body if isinstance(body, bytes) else json.dumps(body).encode()
    return prism_project(MODEL).review(service.plugin(**settings))


def test_a_service_without_concerns_approves_nothing_and_holds_nothing(
    service: Service, prism_project: MakeProject, tmp_path: Path
) -> None:
    """It is asked once, with every file and the token."""
    (tmp_path / "token").write_text("secret\n")
    reviewed(service, prism_project, token_file=str(tmp_path / "token")).assert_approved()
    ((headers, question),) = service.asked
    assert headers["Authorization"] == "Bearer secret"
    assert question["files"] == {"model.py": MODEL}


def test_a_concern_holds_the_project_at_its_line(service: Service, prism_project: MakeProject) -> None:
    """It becomes a finding with the line as evidence."""
    concern = {"path": "model.py", "line": 2, "message": "why two?", "confidence": 0.75}
    outcome = reviewed(service, prism_project, {"concerns": [concern]})
    outcome.assert_held("concern")
    (finding,) = outcome.findings
    assert (finding.path, finding.line, finding.message, finding.confidence) == ("model.py", 2, "why two?", 0.75)
    assert finding.evidence is not None
    assert finding.evidence.excerpt == "y = 2"


FAILURES: dict[str, object] = {
    "no JSON": b"<html>",
    "something else": {"verdict": "approved"},
    "more than it should say": {"concerns": [], "approve": True},
    "a file that is not there": {"concerns": [{"path": "other.py", "line": 1, "message": "m"}]},
    "a line that is not there": {"concerns": [{"path": "model.py", "line": 99, "message": "m"}]},
    "too many concerns": {"concerns": [{"path": "model.py", "line": 1, "message": "m"}] * 101},
    "an endless answer": b" " * 2_000_000,
}


@pytest.mark.parametrize("name", FAILURES)
def test_an_answer_that_cannot_be_believed_holds_the_project(
    name: str, service: Service, prism_project: MakeProject
) -> None:
    """And none of what it said counts."""
    reviewed(service, prism_project, FAILURES[name]).assert_held("host/plugin-failed")


@pytest.mark.parametrize("status", [302, 401, 500, 503])
def test_a_service_that_refuses_holds_the_project(status: int, service: Service, prism_project: MakeProject) -> None:
    """A redirect is not followed: the project goes nowhere else."""
    service.status = status
    service.headers = {"Location": f"http://127.0.0.1:{service.server_port}/elsewhere"}
    reviewed(service, prism_project).assert_held("host/plugin-failed")
    assert len(service.asked) == 1


def test_a_service_that_trickles_holds_the_project(service: Service, prism_project: MakeProject) -> None:
    """The time for one answer counts from its beginning, not from byte to byte."""
    service.seconds_a_byte = 0.05
    outcome = reviewed(service, prism_project, {"concerns": []}, seconds=0.2)
    outcome.assert_held("host/plugin-failed")


def test_a_service_that_is_gone_holds_the_project(prism_project: MakeProject) -> None:
    """Nobody listens there any more."""
    with Service() as gone:
        plugin = gone.plugin()
    prism_project(MODEL).review(plugin).assert_held("host/plugin-failed")


class TestPromises(ConformanceSuite):
    """What every plugin promises; nobody is asked for that."""

    plugin = PluginUnderTest.at(PLUGIN, settings={"url": "http://127.0.0.1:9/"})

"""The webhook over real sockets: what a receiver gets, how it knows whose it is, and that nothing depends on it."""

import contextlib
import hashlib
import hmac
import json
import logging
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from prism.errors import PolicyError
from prism.policy.loading import load
from prism.service.hooks import tell
from prism.service.policy_in_force import PolicyInForce
from prism.service.queue import Queue
from prism.store import open_store
from prism.submission import Submission, SubmissionStatus
from prism.webhook.outbox import Notice, Outbox
from prism.webhook.plugin import WebhookPlugin
from prism.webhook.receiver import NotDeliveredError, Receiver
from tests.service.deliveries import ALICE, archive, upload

SECRET = b"a-secret-of-the-tests"
PAGE = Path(__file__).parents[2] / "docs/how-to/receive-notices.md"
HOSTILE = Submission(
    id="0" * 32,
    hotkey="http://127.0.0.1:1/@evil.example",
    status=SubmissionStatus.HELD,
    reason='review-held: see "http://169.254.169.254/"\r\nHost: evil\x00 \u202e',
)


class Got(NamedTuple):
    """One request."""

    path: str
    headers: dict[str, str]
    body: bytes


class Listener(ThreadingHTTPServer):
    """A receiver that answers what it is told, and 204 when it is told nothing more."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.got: list[Got] = []
        self.answers: list[int] = []
        self.location = ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def wait_for(self, number: int) -> list[Got]:
        until(lambda: len(self.got) >= number)
        return self.got


class Handler(BaseHTTPRequestHandler):
    server: Listener

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append(Got(self.path, {k.lower(): v for k, v in self.headers.items()}, body))
        self.send_response(self.server.answers.pop(0) if self.server.answers else 204)
        if self.server.location:
            self.send_header("Location", self.server.location)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        pass


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.fixture
def listener() -> Iterator[Listener]:
    yield from _listening()


@pytest.fixture
def elsewhere() -> Iterator[Listener]:
    yield from _listening()


def _listening() -> Iterator[Listener]:
    with Listener() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def secret_file(tmp_path: Path) -> Path:
    file = tmp_path / "secret"
    file.write_bytes(SECRET + b"\n")
    file.chmod(0o600)
    return file


def is_genuine(secret: bytes, got: Got) -> bool:
    """What the documented verifier says."""
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102 - our own page
    headers = got.headers
    return bool(names["is_from_prism"](secret, headers["x-prism-timestamp"], headers["x-prism-signature"], got.body))


def test_the_receiver_gets_what_the_page_says(listener: Listener, secret_file: Path) -> None:
    plugin = WebhookPlugin({"url": f"{listener.url}/hook", "secret_file": str(secret_file)})
    plugin.prism_submission_changed(HOSTILE)
    (got,) = listener.wait_for(1)
    assert got.path == "/hook"
    assert got.body.isascii()
    told = json.loads(got.body)
    assert told["delivery"] == got.headers["x-prism-delivery"]
    assert told["submission"] == json.loads(json.dumps({**vars_of(HOSTILE), "status": "held"}))
    example = json.loads(re.findall(r"```json\n(.*?)```", PAGE.read_text(), re.DOTALL)[0])
    assert (told.keys(), told["submission"].keys()) == (example.keys(), example["submission"].keys())
    expected = hmac.new(SECRET, got.headers["x-prism-timestamp"].encode() + b"." + got.body, hashlib.sha256)
    assert got.headers["x-prism-signature"] == f"v1={expected.hexdigest()}"


def vars_of(submission: Submission) -> dict[str, Any]:
    return {name: getattr(submission, name) for name in ("id", "hotkey", "status", "project_digest", "reason")}


def test_the_documented_verifier_takes_what_is_genuine_and_nothing_else(listener: Listener, secret_file: Path) -> None:
    Receiver(listener.url, secret_file, 5).post("d", b'{"a": 1}')
    (got,) = listener.wait_for(1)
    assert is_genuine(SECRET, got)
    assert not is_genuine(b"another secret", got)
    assert not is_genuine(SECRET, got._replace(body=b'{"a": 2}'))
    for name, value in (
        ("x-prism-timestamp", str(int(time.time()) - 1_000)),
        ("x-prism-timestamp", "now"),
        ("x-prism-timestamp", str(int(got.headers["x-prism-timestamp"]) + 1)),
        ("x-prism-signature", ""),
        ("x-prism-signature", got.headers["x-prism-signature"][:-1]),
        ("x-prism-signature", "v1=ä"),
    ):
        assert not is_genuine(SECRET, got._replace(headers={**got.headers, name: value})), (name, value)


def test_it_goes_where_the_policy_says_and_nowhere_else(
    listener: Listener, elsewhere: Listener, secret_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, elsewhere.url)
    listener.location = f"{elsewhere.url}/stolen"
    receiver = Receiver(listener.url, secret_file, 5)
    for status in (301, 302, 303, 307, 308):
        listener.answers = [status]
        with pytest.raises(NotDeliveredError, match=str(status)) as refused:
            receiver.post("d", b"{}")
        assert refused.value.is_final
    assert (len(listener.got), elsewhere.got) == (5, [])


def test_what_may_pass_is_tried_again_with_the_same_id(
    listener: Listener, secret_file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    listener.answers = [500, 429, 503]
    receiver = Receiver(listener.url, secret_file, 5)
    outbox = Outbox(receiver.post, waiting=10, attempts=4, first_wait_seconds=0.01)
    outbox.put(Notice("a", "id", b"{}"))
    got = listener.wait_for(4)
    assert all(is_genuine(SECRET, each) for each in got)
    listener.answers = [400]
    outbox.put(Notice("b", "id", b"{}"))
    outbox.put(Notice("c", "id", b"{}"))
    assert [each.headers["x-prism-delivery"] for each in listener.wait_for(6)] == [*"aaaabc"]
    assert caplog.text.count("the receiver answered 400") == 1
    assert SECRET.decode() not in caplog.text


def test_nobody_waits_for_a_receiver_that_hangs_and_no_more_than_so_many_wait(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    hangs, sent = threading.Event(), []

    def post(delivery: str, _body: bytes) -> None:
        sent.append(delivery)
        hangs.wait(20)

    outbox = Outbox(post, waiting=3, attempts=1)
    for number in range(10):
        outbox.put(Notice(str(number), "id", b""))
        until(lambda: bool(sent))
    assert len(sent) == 1
    assert caplog.records[-1].__dict__["dropped"] == 4
    outbox.close(0.05)
    assert "before every notice was sent" in caplog.text
    hangs.set()
    until(lambda: len(sent) == 4)
    assert sent == ["0", "1", "2", "3"]


@pytest.mark.parametrize("drop", [b"HTTP/1.1 100 Continue\r\n\r\n", b"H"])
def test_a_receiver_that_never_comes_to_an_end_is_left(secret_file: Path, drop: bytes) -> None:
    def answer() -> None:
        connection, _ = listening.accept()
        with connection, contextlib.suppress(OSError):
            connection.recv(65_536)
            while True:
                connection.sendall(drop)
                time.sleep(0.01)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=answer)
        thread.start()
        receiver = Receiver(f"http://127.0.0.1:{listening.getsockname()[1]}/", secret_file, 0.1)
        with pytest.raises(NotDeliveredError, match="could not be reached"):
            receiver.post("1", b"{}")
        thread.join(10)
    assert not thread.is_alive()


def test_an_outbox_that_closes_sends_what_waits() -> None:
    sent: list[str] = []

    def post(delivery: str, _body: bytes) -> None:
        sent.append(delivery)
        if len(sent) == 1:
            raise NotDeliveredError("not yet")

    outbox = Outbox(post, waiting=10, attempts=2, first_wait_seconds=50)
    outbox.put(Notice("a", "id", b""))
    outbox.put(Notice("b", "id", b""))
    until(lambda: len(sent) == 1)
    outbox.close(10)
    assert sent == ["a", "a", "b"]


def test_a_bug_with_one_notice_does_not_keep_the_next(caplog: pytest.LogCaptureFixture) -> None:
    sent: list[str] = []

    def post(delivery: str, _body: bytes) -> None:
        if delivery == "a":
            raise ZeroDivisionError
        sent.append(delivery)

    outbox = Outbox(post, waiting=10, attempts=1)
    outbox.put(Notice("a", "id", b""))
    outbox.put(Notice("b", "id", b""))
    until(lambda: sent == ["b"])
    assert "an error of PRISM's own" in caplog.text


@pytest.mark.parametrize(("content", "mode"), [(b"short", 0o600), (b"x" * 5_000, 0o600), (SECRET, 0o644), (None, 0)])
def test_without_a_good_secret_nothing_is_sent(
    listener: Listener, tmp_path: Path, content: bytes | None, mode: int
) -> None:
    file = tmp_path / "secret"
    if content is None:
        os.mkfifo(file, 0o600)
    else:
        file.write_bytes(content)
        file.chmod(mode)
    with pytest.raises(NotDeliveredError, match="the secret's file"):
        Receiver(listener.url, file, 5).post("d", b"{}")
    assert listener.got == []


def policy(folder: Path, url: str, *more: str) -> Path:
    file = folder / "policy.yaml"
    settings = [f"url: {json.dumps(url)}", "secret_file: secret", *more]
    lines = "".join(f"      {line}\n" for line in settings)
    file.write_text(f"policy: 1\nname: house\nextends: default\nplugins:\n  webhook:\n    settings:\n{lines}")
    return file


def test_a_policy_selects_it_and_the_service_tells_it(listener: Listener, secret_file: Path) -> None:
    in_force = PolicyInForce(str(policy(secret_file.parent, listener.url, "statuses: [completed]")))
    for status in SubmissionStatus:
        tell(in_force.host(), Submission(id="a", hotkey="h", status=status))
    (got,) = listener.wait_for(1)
    assert json.loads(got.body)["submission"]["status"] == "completed"
    assert SECRET.decode() not in str(in_force.current())


def test_without_settings_nobody_is_told() -> None:
    plugin = WebhookPlugin({})
    plugin.prism_submission_changed(HOSTILE)
    assert plugin.unused_hooks == ("prism_submission_changed",)


@pytest.mark.parametrize("is_there", [True, False])
def test_a_worker_tells_it_and_depends_on_nothing(listener: Listener, secret_file: Path, is_there: bool) -> None:
    """A real worker, which ends at once: what it has to tell is told before."""
    url = listener.url if is_there else "http://127.0.0.1:1/"
    file = policy(secret_file.parent, url, "attempts: 1")
    location = str(secret_file.parent / "store.sqlite3")
    with open_store(location) as store:
        id_ = Queue(store).accept(upload(archive({"model.py": "import os\n"})), ALICE).entry.id
        command = [sys.executable, "-m", "prism", "worker", "--once", "--store", location, "--policy", str(file)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert Queue(store).entry(id_).status == "rejected"
    told = [json.loads(got.body)["submission"] for got in listener.got]
    assert [(each["id"], each["status"]) for each in told] == ([(id_, "rejected")] if is_there else [])
    assert all(is_genuine(SECRET, got) for got in listener.got)


@pytest.mark.parametrize(
    "url",
    [
        "http://receiver.example/",
        "http://169.254.169.254/latest",
        "http://127.0.0.1.evil.example/",
        "http://localhost.evil.example/",
        "http://127.0.0.1@evil.example/",
        "https://user:word@receiver.example/",
        "https://receiver.example/a b",
        "https://receiver.example/a\r\nHost: evil",
        "https://receiver.example/#x",
        "file:///etc/passwd",
        "ftp://receiver.example/",
        "https://",
        "//receiver.example",
    ],
)
def test_an_address_that_is_no_receivers_is_refused(secret_file: Path, url: str) -> None:
    with pytest.raises(PolicyError):
        load(str(policy(secret_file.parent, url)))


@pytest.mark.parametrize(
    "url", ["https://r.example", "https://r.example:8443/a/b-c_d", "http://[::1]:9/x", "http://localhost"]
)
def test_an_address_of_a_receiver_is_taken(secret_file: Path, url: str) -> None:
    assert load(str(policy(secret_file.parent, url))).policy.plugins["webhook"].settings["url"] == url

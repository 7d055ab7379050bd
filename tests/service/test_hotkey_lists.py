"""Lists of hotkeys in files and behind addresses: what holds now, or nothing."""

import os
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from prism.service import hotkey_lists
from prism.service.hotkey_lists import HotkeyAddress, HotkeyFile, keys_in
from prism.service.refusal import HotkeysUnknownError
from prism.service.ss58 import address

ONE, TWO = bytes(31) + b"\1", bytes(31) + b"\2"
FIRST, SECOND = address(ONE, 42), address(TWO, 42)


@pytest.mark.parametrize(
    ("content", "keys"),
    [
        (b"", ()),
        (b"\n# nobody\n", ()),
        (f"{FIRST}\r\n  {SECOND}\t# two\n{FIRST}".encode(), (ONE, TWO)),
        (f' ["{FIRST}", "{SECOND}"]'.encode(), (ONE, TWO)),
        (b"[]", ()),
    ],
)
def test_a_list_is_lines_or_json(content: bytes, keys: tuple[bytes, ...]) -> None:
    assert keys_in(content, 42) == frozenset(keys)


@pytest.mark.parametrize(
    "content",
    [
        b"<html>not found</html>",
        b"\xff\xfe",
        b"[1]",
        b"[" * 100_000,
        b'{"hotkeys": []}',
        f"{FIRST} {SECOND}".encode(),
        FIRST[:-1].encode(),
        f'["{FIRST}"'.encode(),
        address(ONE, 0).encode(),
        bytes(hotkey_lists.MAX_BYTES + 1),
    ],
    ids=range(10),
)
def test_what_is_not_wholly_a_list_is_none(content: bytes) -> None:
    with pytest.raises(HotkeysUnknownError):
        keys_in(content, 42)


def test_a_file_is_read_again_when_it_changes(tmp_path: Path) -> None:
    file = tmp_path / "hotkeys"
    listed = HotkeyFile(file, 42)
    with pytest.raises(HotkeysUnknownError):
        listed.keys()
    file.write_text(FIRST)
    assert listed.keys() == {ONE}
    (tmp_path / "new").write_text(SECOND)
    (tmp_path / "new").rename(file)
    assert listed.keys() == {TWO}
    file.write_text("nonsense")
    for _ in range(2):
        with pytest.raises(HotkeysUnknownError):
            listed.keys()
    file.unlink()
    with pytest.raises(HotkeysUnknownError):
        listed.keys()


def test_a_file_that_is_none_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name in ("pipe", "."):
        with pytest.raises(HotkeysUnknownError):
            HotkeyFile(tmp_path / name, 42).keys()


def test_a_file_of_another_time_says_nothing(tmp_path: Path) -> None:
    file = tmp_path / "hotkeys"
    file.write_text(FIRST)
    listed = HotkeyFile(file, 42, most_seconds=60)
    assert listed.keys() == {ONE}
    for seconds in (-61, 61):
        os.utime(file, (0, time.time() + seconds))
        with pytest.raises(HotkeysUnknownError):
            listed.keys()


class Registry:
    """A server that answers as it is told."""

    def __init__(self) -> None:
        self.status, self.body, self.asked = 200, FIRST.encode(), 0
        self.location = ""
        self.is_free = threading.Event()
        self.is_free.set()
        registry = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                registry.asked += 1
                registry.is_free.wait(20)
                self.send_response(registry.status)
                if registry.location:
                    self.send_header("Location", registry.location)
                self.send_header("Content-Length", str(len(registry.body)))
                self.end_headers()
                self.wfile.write(registry.body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's own name
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/hotkeys"

    def listed(self, *, most_seconds: float = 1_000) -> HotkeyAddress:
        return HotkeyAddress(self.url, 42, most_seconds=most_seconds)


@pytest.fixture
def registry() -> Iterator[Registry]:
    made = Registry()
    thread = threading.Thread(target=made.server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield made
    made.is_free.set()
    made.server.shutdown()
    made.server.server_close()
    thread.join()


def test_an_address_is_asked_once_while_its_answer_is_young(registry: Registry) -> None:
    listed = registry.listed()
    assert [listed.keys() for _ in range(3)] == [{ONE}] * 3
    assert registry.asked == 1


def test_an_answer_is_used_no_longer_than_it_may(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hotkey_lists, "RETRY_SECONDS", 0)
    listed = registry.listed(most_seconds=0.2)
    assert listed.keys() == {ONE}
    registry.status = 500
    time.sleep(0.25)
    with pytest.raises(HotkeysUnknownError):
        listed.keys()
    registry.status, registry.body = 200, SECOND.encode()
    assert listed.keys() == {TWO}


@pytest.mark.parametrize(("status", "body"), [(404, FIRST), (204, ""), (200, "<html>"), (500, "")])
def test_only_a_list_is_taken_for_one(registry: Registry, status: int, body: str) -> None:
    registry.status, registry.body = status, body.encode()
    with pytest.raises(HotkeysUnknownError):
        registry.listed().keys()


@pytest.mark.parametrize("elsewhere", ["file:///etc/hostname", "http://127.0.0.1:1/", "/other"])
def test_no_redirect_is_followed(registry: Registry, elsewhere: str) -> None:
    registry.status, registry.location = 302, elsewhere
    with pytest.raises(HotkeysUnknownError):
        registry.listed().keys()
    assert registry.asked == 1


def test_too_large_an_answer_is_not_read_to_its_end(registry: Registry) -> None:
    registry.body = bytes(hotkey_lists.MAX_BYTES + 1)
    with pytest.raises(HotkeysUnknownError):
        registry.listed().keys()


def test_who_does_not_answer_is_not_asked_again_at_once(registry: Registry) -> None:
    registry.status = 500
    listed = registry.listed()
    for _ in range(3):
        with pytest.raises(HotkeysUnknownError):
            listed.keys()
    assert registry.asked == 1


def test_nobody_waits_for_an_answer_that_another_waits_for(registry: Registry) -> None:
    registry.is_free.clear()
    listed = registry.listed()
    fetching = threading.Thread(target=listed.keys)
    fetching.start()
    while not registry.asked:
        time.sleep(0.005)
    with pytest.raises(HotkeysUnknownError):
        listed.keys()
    registry.is_free.set()
    fetching.join()
    assert listed.keys() == {ONE}

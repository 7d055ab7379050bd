"""A server whose queue holds what hostile miners hand in, and a browser to look at it."""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from prism.gate import Gate
from prism.service.queue import Queue
from prism.service.records import Form, Origin, Upload
from prism.service.worker import Worker
from prism.store import open_store
from tests.browser import Browser, Tab, chromium
from tests.service.console import hostile
from tests.service.http.ended import APPROVED, end
from tests.service.http.servers import TOKEN, Server, hotkey, running

POLICY = """
policy: 1
extends: default
name: copies-are-held
rules: {similarity/duplicate: warning, similarity/copied: warning, similarity/partial-copy: warning}
"""
OPERATOR = "Ada <b>&amp;</b>"


@dataclass(frozen=True, kw_only=True)
class Console:
    """A server with submissions of all kinds, and their ids."""

    server: Server
    ids: dict[str, str]

    @property
    def home(self) -> str:
        return f"http://127.0.0.1:{self.server.port}/internal/console"

    def signed_in(self, tab: Tab, name: str = OPERATOR) -> Tab:
        """The tab, after a person has signed in."""
        tab.go(self.home)
        tab.write("input[name=operator]", name)
        tab.write("input[name=token]", TOKEN)
        tab.click("main button")
        return tab

    def hold(self, note: str) -> str:
        """One more that will be held."""
        return _handed_in(self.server, hostile.held(note), hostile.HOTKEY)


def _handed_in(server: Server, body: bytes, key: str) -> str:
    """The id of something that was handed in by a hotkey that no bridge would take."""
    upload = Upload(body=body, code_hash=hashlib.sha256(body).hexdigest(), form=Form.ZIP, file_name=hostile.FILE_NAME)
    with open_store(server.location) as store:
        return Queue(store).accept(upload, Origin(hotkey=key)).entry.id


def worked_off(server: Server, policy: Path) -> None:
    """Have a worker do what is due."""
    with open_store(server.location) as store, Gate.from_policy(policy) as gate:
        Worker(store, [gate], name="tested").work_off()


@pytest.fixture(scope="package")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    folder = tmp_path_factory.mktemp("console")
    with ExitStack() as stack:
        policy = folder / "policy.yaml"
        policy.write_text(POLICY)
        server = stack.enter_context(running(str(folder / "store.sqlite3"), folder, PRISM_POLICY=str(policy)))
        gate = stack.enter_context(Gate.from_policy("default"))
        ids = {"completed": end(server, gate, 1, APPROVED)}
        found = Console(server=server, ids=ids)
        ids |= {name: found.hold(name) for name in ("held", "approved", "refused", "silent")}
        ids["named"] = _handed_in(server, hostile.rejected(), hostile.HOTKEY)
        ids["hidden"] = _handed_in(server, hostile.hidden(), hostile.HOTKEY)
        ids["original"] = _handed_in(server, hostile.original(), "<b>original</b>")
        ids["copied"] = _handed_in(server, hostile.copied(), "copyist")
        worked_off(server, policy)
        ids["pending"] = server.hand_in(b"PK waits", key=hotkey(9)).json["id"]
        yield found


@pytest.fixture(scope="package")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with chromium(Path(tmp_path_factory.mktemp("browser")) / "profile") as opened:
        yield opened


class Elsewhere(ThreadingHTTPServer):
    """Another server on this machine, with a page that wants to use an operator's session."""

    page = b""

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def serve(self, page: str) -> None:
        """Have this page from now on."""
        self.page = page.encode()


class _Handler(BaseHTTPRequestHandler):
    server: Elsewhere

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(self.server.page)

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture(scope="package")
def elsewhere() -> Iterator[Elsewhere]:
    with Elsewhere(("127.0.0.1", 0), _Handler) as opened:
        thread = threading.Thread(target=opened.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        yield opened
        opened.shutdown()
        thread.join()


@pytest.fixture(scope="package")
def ada(browser: Browser, console: Console) -> Tab:
    """The tab of an operator who has signed in."""
    return console.signed_in(browser.tab())

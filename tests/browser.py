"""A real Chromium, driven over two pipes by its own protocol: what a person at the console would see and do."""

import base64
import fcntl
import json
import os
import select
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--remote-debugging-pipe",
)
SECONDS = 60
Json = dict[str, Any]


@contextmanager
def chromium(profile: Path) -> "Iterator[Browser]":
    """A browser with a new profile."""
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("there is no Chromium")
    to_browser, ours = os.pipe()
    theirs_out, from_browser = os.pipe()
    reading, writing = (fcntl.fcntl(each, fcntl.F_DUPFD, 20) for each in (to_browser, from_browser))
    shell = f'exec "$0" "$@" 3<&{reading} 4>&{writing}'
    command = ["bash", "-c", shell, program, *OPTIONS, f"--user-data-dir={profile}", "about:blank"]
    with (profile.parent / "chromium.log").open("wb") as log:
        process = subprocess.Popen(
            command, pass_fds=(reading, writing), stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
    for each in (to_browser, from_browser, reading, writing):
        os.close(each)
    try:
        yield Browser(ours, theirs_out)
    finally:
        process.terminate()
        process.wait(30)
        os.close(ours)
        os.close(theirs_out)


class Browser:
    """One process, by its messages."""

    def __init__(self, writing: int, reading: int) -> None:
        self._writing, self._reading = writing, reading
        self._number = 0
        self._received = b""
        self.events: list[Json] = []

    def send(self, method: str, session: str = "", **params: object) -> Json:
        """What the browser answers to one command."""
        self._number += 1
        message: Json = {"id": self._number, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        os.write(self._writing, json.dumps(message).encode() + b"\0")
        wanted = self._number
        while True:
            found = self._next()
            if found.get("id") == wanted:
                assert "error" not in found, found
                result: Json = found["result"]
                return result

    def wait(self, method: str, since: int) -> Json:
        """The first event of a kind after so many events."""
        while True:
            for event in self.events[since:]:
                if event["method"] == method:
                    return event
            self._next()

    def _next(self) -> Json:
        """The next message; events are kept, and a dialog is answered so that it stops nothing."""
        deadline = time.monotonic() + SECONDS
        while b"\0" not in self._received:
            ready, _, _ = select.select([self._reading], [], [], max(0, deadline - time.monotonic()))
            assert ready, "the browser does not answer"
            more = os.read(self._reading, 1_048_576)
            assert more, "the browser has ended"
            self._received += more
        raw, _, self._received = self._received.partition(b"\0")
        message: Json = json.loads(raw)
        if "method" in message:
            self.events.append(message)
            if message["method"] == "Page.javascriptDialogOpening":
                answer = {"id": 0, "method": "Page.handleJavaScriptDialog", "params": {"accept": True}}
                os.write(self._writing, json.dumps({**answer, "sessionId": message["sessionId"]}).encode() + b"\0")
        return message

    def tab(self, *, scripts: bool = True) -> "Tab":
        """A new tab, with cookies of its own."""
        context = self.send("Target.createBrowserContext")["browserContextId"]
        target = self.send("Target.createTarget", url="about:blank", browserContextId=context)["targetId"]
        session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network", "DOM", "Security"):
            self.send(f"{domain}.enable", session)
        self.send("Emulation.setScriptExecutionDisabled", session, value=not scripts)
        return Tab(self, session)


class Tab:
    """One page after the other, as a person goes through them."""

    def __init__(self, browser: Browser, session: str) -> None:
        self._browser, self._session = browser, session
        self.size()

    def _do(self, method: str, **params: object) -> Json:
        return self._browser.send(method, self._session, **params)

    def size(self, width: int = 1280, height: int = 900, *, scheme: str = "light") -> None:
        """Have a screen of this size, and prefer light or dark."""
        self._do("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self._do("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def go(self, url: str) -> None:
        """Open an address, and wait until it is there."""
        since = len(self._browser.events)
        self._do("Page.navigate", url=url)
        self._browser.wait("Page.loadEventFired", since)

    def click(self, selector: str) -> None:
        """Click on the first element that matches, and wait for the page that follows."""
        since = len(self._browser.events)
        node = self._node(selector)
        self._do("DOM.scrollIntoViewIfNeeded", nodeId=node)
        quad = self._do("DOM.getContentQuads", nodeId=node)["quads"][0]
        place = {"x": sum(quad[0::2]) / 4, "y": sum(quad[1::2]) / 4, "button": "left", "clickCount": 1}
        for kind in ("mousePressed", "mouseReleased"):
            self._do("Input.dispatchMouseEvent", type=kind, **place)
        self._browser.wait("Page.loadEventFired", since)

    def write(self, selector: str, text: str) -> None:
        """Write into a field."""
        self._do("DOM.focus", nodeId=self._node(selector))
        self._do("Input.insertText", text=text)

    def key(self, key: str) -> None:
        """Press and let go of a key."""
        text = {"text": key} if len(key) == 1 else {}
        self._do("Input.dispatchKeyEvent", type="keyDown", key=key, **text)
        self._do("Input.dispatchKeyEvent", type="keyUp", key=key)

    def print_media(self) -> None:
        """Show the page as it would be printed."""
        self._do("Emulation.setEmulatedMedia", media="print")

    def has(self, selector: str) -> bool:
        """Whether the page has such an element."""
        return self._find(selector) != 0

    def _find(self, selector: str) -> int:
        root = self._do("DOM.getDocument", depth=0)["root"]["nodeId"]
        return int(self._do("DOM.querySelector", nodeId=root, selector=selector)["nodeId"])

    def _node(self, selector: str) -> int:
        node = self._find(selector)
        assert node, f"the page has no {selector}: {self.text()[:2000]}"
        return node

    def value(self, expression: str) -> Any:  # noqa: ANN401 - whatever a page says
        """What an expression is in the page."""
        answer = self._do("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def text(self) -> str:
        """What a person reads on the page."""
        return str(self.value("document.body.innerText"))

    def picture(self, file: Path) -> None:
        """Keep what the whole page looks like."""
        data = self._do("Page.captureScreenshot", format="png", captureBeyondViewport=True)["data"]
        file.write_bytes(base64.b64decode(data))

    def _events(self, method: str) -> list[Json]:
        mine = [each for each in self._browser.events if each.get("sessionId") == self._session]
        return [each["params"] for each in mine if each["method"] == method]

    def asked_for(self) -> list[str]:
        """The addresses of everything that was loaded, or tried to be."""
        return [each["request"]["url"] for each in self._events("Network.requestWillBeSent")]

    def complaints(self) -> list[str]:
        """Dialogs that opened, exceptions, and what the console says, also of refused scripts and styles."""
        dialogs = [f"dialog: {each['message']}" for each in self._events("Page.javascriptDialogOpening")]
        logged = [f"log: {each['entry']['text']}" for each in self._events("Log.entryAdded")]
        called = [f"console: {each['args']}" for each in self._events("Runtime.consoleAPICalled")]
        thrown = [f"exception: {each['exceptionDetails']['text']}" for each in self._events("Runtime.exceptionThrown")]
        return [*dialogs, *logged, *called, *thrown]

"""Load: clients that hand in over HTTP, again and again until it is acknowledged, and remember what was."""

import contextlib
import json
import os
import random
import threading
import time
from collections.abc import Callable, Sized
from http.client import HTTPConnection, HTTPException
from typing import Self

from tests.service import mortal
from tests.service.deliveries import archive
from tests.service.http.servers import BRIDGE, TOKEN, hotkey

Body = tuple[bytes, str]
"""What is handed in, and what is to become of it."""


def mortal_body() -> Body:
    """Something for the workers of :mod:`tests.service.mortal`."""
    is_bad = random.random() < 0.3  # noqa: S311 - nothing to be guessed
    return (mortal.BAD if is_bad else b"good") + os.urandom(64), "rejected" if is_bad else "completed"


def house_body() -> Body:
    """Something for real workers under the policy of :mod:`tests.service.house`."""
    is_bad = random.random() < 0.3  # noqa: S311 - nothing to be guessed
    word, status = ("REJECT", "rejected") if is_bad else ("HOLD", "held")
    return archive({"model.py": f"a = '{os.urandom(16).hex()}'  # {word}\n"}), status


class Sender:
    """Some clients, for the length of the ``with`` block."""

    def __init__(self, port: int, make: Callable[[], Body], *, pause_seconds: float = 0.0) -> None:
        self.acknowledged: dict[str, str] = {}
        """By id, what is to become of it."""
        self.refusals: list[int] = []
        self._port = port
        self._make = make
        self._pause = pause_seconds
        self._is_over = threading.Event()
        self._threads = [threading.Thread(target=self._send, args=(number,)) for number in range(2)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._is_over.set()
        for thread in self._threads:
            thread.join()

    def wait_for_more(self) -> None:
        """Wait until something more was acknowledged: where nothing is done, a fault shows nothing."""
        self._wait_for_one_more(self.acknowledged)

    def wait_for_refusal(self) -> None:
        """Wait until something more was refused: until then, a fault may not have happened yet."""
        self._wait_for_one_more(self.refusals)

    def _wait_for_one_more(self, answers: Sized) -> None:
        before, deadline = len(answers), time.monotonic() + 60
        while len(answers) == before:
            assert time.monotonic() < deadline, self.refusals[-20:]
            time.sleep(0.005)

    def _send(self, number: int) -> None:
        while not self._is_over.wait(self._pause):
            body, status = self._make()
            while not (id_ := self._acknowledgement(body, hotkey(number))) and not self._is_over.is_set():
                time.sleep(0.01)
            if id_:
                self.acknowledged[id_] = status

    def _acknowledgement(self, body: bytes, key: str) -> str:
        with contextlib.closing(HTTPConnection("127.0.0.1", self._port, timeout=10)) as connection:
            headers = {"Authorization": f"Bearer {TOKEN}", "X-Platform-Verified-Hotkey": key}
            try:
                connection.request("POST", BRIDGE, body=body, headers=headers)
                answer = connection.getresponse()
                text = answer.read()
            except (OSError, HTTPException):  # whoever was to answer is dead
                return ""
        if answer.status in {200, 202}:
            return str(json.loads(text)["id"])
        self.refusals.append(answer.status)
        return ""

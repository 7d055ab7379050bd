"""Lists of hotkeys that operators keep in files or behind an address: read again in time, and never guessed.

A list is text with one address a line, where ``#`` begins a remark, or a JSON array of addresses. One that cannot be
read, holds anything else, or is too old admits nobody: a half of a list would admit or block the wrong ones.
"""

import logging
import os
import stat
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

import msgspec

from prism.service.refusal import HotkeysUnknownError
from prism.service.shared_token import Seen, seen_at
from prism.service.ss58 import AddressError, public_key

MAX_BYTES: Final = 4 * 1024 * 1024
FETCH_SECONDS: Final = 10.0
RETRY_SECONDS: Final = 10.0
FRESH_SHARE: Final = 4
"""What is fetched is fetched again after this part of the time for which it may be used."""
Keys = frozenset[bytes]
log = logging.getLogger(__name__)


class HotkeyFile:
    """The keys in a file."""

    def __init__(self, file: Path, network: int, *, most_seconds: float | None = None) -> None:
        """Remember where it is.

        Args:
            file: where.
            network: of its addresses.
            most_seconds: since the file was written; ``None`` for one that does not grow old.
        """
        self._file = file
        self._network = network
        self._most_seconds = most_seconds
        self._turn = threading.Lock()
        self._seen: Seen | None = None
        self._keys: Keys | None = None

    def keys(self) -> Keys:
        """The keys that the file holds now.

        Raises:
            HotkeysUnknownError: it cannot be read, is no list, or is too old.
        """
        with self._turn:
            seen = seen_at(self._file)
            if seen is None:
                raise _unknown(f"{self._file} is not there")
            if self._most_seconds is not None and abs(time.time() - seen.modified / 1e9) > self._most_seconds:
                raise _unknown(f"{self._file} was not written within {self._most_seconds:g} seconds")
            if seen != self._seen:
                self._keys, self._seen = None, seen  # what is no list is not read again for everybody who asks
                self._keys = keys_in(self._content(), self._network)
            if self._keys is None:
                raise _unknown(f"{self._file} is still no list")
            return self._keys

    def _content(self) -> bytes:
        try:
            descriptor = os.open(self._file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
            with os.fdopen(descriptor, "rb") as opened:
                if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                    raise _unknown(f"{self._file} is no plain file")
                return opened.read(MAX_BYTES + 1)
        except OSError as error:
            raise _unknown(f"{self._file} cannot be read: {error.strerror}") from error


class HotkeyAddress:
    """The keys that an address answers with.

    Whoever asks waits only if he is the one who fetches: an address that hangs keeps one thread busy, never all.
    """

    def __init__(self, url: str, network: int, *, most_seconds: float) -> None:
        self._url = url
        self._network = network
        self._most_seconds = most_seconds
        self._turn = threading.Lock()
        self._keys: Keys = frozenset()
        self._fetched_at = float("-inf")
        self._tried_at = float("-inf")

    def keys(self) -> Keys:
        """The keys that it answered with lately.

        Raises:
            HotkeysUnknownError: it did not.
        """
        if self._is_older_than(self._most_seconds / FRESH_SHARE) and self._turn.acquire(blocking=False):
            try:
                self._renew()
            finally:
                self._turn.release()
        if self._is_older_than(self._most_seconds):
            raise _unknown("the address of the registered hotkeys has not answered with a list lately")
        return self._keys

    def _is_older_than(self, seconds: float) -> bool:
        return time.monotonic() - self._fetched_at > seconds

    def _renew(self) -> None:
        if time.monotonic() - self._tried_at < RETRY_SECONDS:
            return
        self._tried_at = time.monotonic()
        began = time.monotonic()
        try:
            self._keys = keys_in(b"".join(fetched(self._url)), self._network)
        except HotkeysUnknownError:
            return
        except (OSError, ValueError) as error:
            log.warning("the registered hotkeys cannot be fetched: %s", type(error).__name__)
            return
        self._fetched_at = began


class _NoRedirects(HTTPRedirectHandler):
    """Takes the list from where the operator said, and from nowhere else."""

    def redirect_request(self, req: Request, fp: object, code: int, msg: str, headers: object, newurl: str) -> None:
        """Follow none: the answer becomes an error."""


def fetched(url: str) -> Iterator[bytes]:
    """What an address answers, bounded in bytes and in time.

    Raises:
        OSError: it does not answer, or not with what was asked for.
    """
    until, size = time.monotonic() + FETCH_SECONDS, 0
    with build_opener(_NoRedirects).open(url, timeout=FETCH_SECONDS / 2) as answer:
        if answer.status != 200:  # noqa: PLR2004 - HTTP's own number
            raise HTTPError(url, answer.status, "no list", answer.headers, None)
        while part := answer.read1(65_536):
            size += len(part)
            if size > MAX_BYTES or time.monotonic() > until:
                raise OSError("the answer is too large or too slow")
            yield part


def keys_in(content: bytes, network: int) -> Keys:
    """The keys of a list.

    Raises:
        HotkeysUnknownError: it is none.
    """
    if len(content) > MAX_BYTES:
        raise _unknown(f"a list has more than {MAX_BYTES} bytes")
    keys = set()
    for number, address in enumerate(_addresses(content), 1):
        try:
            keys.add(public_key(address, network))
        except AddressError as error:
            raise _unknown(f"address {number} of a list is none: {error}") from error
    return frozenset(keys)


def _addresses(content: bytes) -> list[str]:
    try:
        if content.lstrip().startswith(b"["):
            return msgspec.json.decode(content, type=list[str])
        lines = (line.partition("#")[0].strip() for line in content.decode().splitlines())
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _unknown("a list is neither text nor a JSON array of addresses") from error
    return [line for line in lines if line]


def _unknown(why: str) -> HotkeysUnknownError:
    """The error for whoever asks, who is not told of files and addresses; those are in the log."""
    log.warning("hotkeys are not known: %s", why)
    return HotkeysUnknownError("it is not known now who may hand in", do="try again later")

"""The token that opens the internal routes: known in one place, compared in constant time, changed without a restart.

A file is looked at again before each comparison. When it holds something else, the token of before is taken for a
while longer, so that Platform and PRISM need not change at the same instant.
"""

import hashlib
import hmac
import logging
import os
import threading
import time
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from prism.service.settings import TOKEN_FILES, Settings

MAX_BYTES: Final = 4096
log = logging.getLogger(__name__)


class Seen(NamedTuple):
    """What tells whether a file is the one that was read: where its bytes are, how many, since when."""

    device: int
    inode: int
    size: int
    modified: int
    changed: int


class SharedToken:
    """The token, and for a while the one before it."""

    def __init__(
        self,
        *,
        inline: str = "",
        file: Path | None = None,
        overlap_seconds: float = 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the token itself, or the file that it is read from."""
        self._file = None if inline else file
        self._overlap = overlap_seconds
        self._clock = clock
        self._turn = threading.Lock()
        self._seen: Seen | None = None
        self._current = _digest(inline.encode())
        self._former: dict[bytes, float] = {}
        """Digests of tokens that are still taken, and until when."""
        self._look()  # so that what is there now is known when it changes

    @classmethod
    def of(cls, settings: Settings) -> "SharedToken":
        """The token that the settings tell of."""
        return cls(
            inline=settings.shared_token, file=token_file(settings), overlap_seconds=settings.token_overlap_seconds
        )

    def is_configured(self) -> bool:
        """Whether there is a token at all; without one nobody is let in."""
        with self._turn:
            self._look()
            return self._current is not None

    def opens(self, given: bytes) -> bool:
        """Whether these bytes are the token, or still the one before it; never while there is none.

        Digests are compared, so that neither content nor length is told by the time it takes.
        """
        with self._turn:
            self._look()
            known = [] if self._current is None else [self._current, *self._former]
        digest = hashlib.sha256(given).digest()
        return sum(hmac.compare_digest(digest, each) for each in known) > 0

    def seal(self, message: bytes) -> bytes | None:
        """What only who has the token of now can make of a message; ``None`` while there is none.

        Strangers get such seals. Trying out tokens with one takes long, should the token be one that can be guessed.
        """
        with self._turn:
            self._look()
            current = self._current
        return None if current is None else hmac.digest(_sealing_key(current), message, "sha256")

    def _look(self) -> None:
        """Read the file again if it is another than the one that was read."""
        now = self._clock()
        self._former = {digest: until for digest, until in self._former.items() if now < until}
        if self._file is None:
            return
        seen = seen_at(self._file)
        if seen == self._seen:
            return
        found = _digest(_content(self._file)) if seen else None
        if found is None and self._current is not None:
            log.warning("the file of the shared token is gone or holds none")
        if self._current is not None and found != self._current:
            self._former[self._current] = now + self._overlap
        self._current, self._seen = found, seen


@lru_cache(4)
def _sealing_key(digest: bytes) -> bytes:
    """The key of a token's seals: dear to make, and made once a token."""
    return hashlib.scrypt(digest, salt=b"prism seals", n=2**14, r=8, p=1, dklen=32)


def token_file(settings: Settings) -> Path:
    """The file that the shared token is read from."""
    return Path(settings.shared_token_file or TOKEN_FILES[settings.headers])


def _digest(content: bytes) -> bytes | None:
    """The digest of a token without the white space around it; ``None`` if that can be no token."""
    token = content.strip()
    return hashlib.sha256(token).digest() if 0 < len(token) <= MAX_BYTES else None


def seen_at(file: Path) -> Seen | None:
    """What tells which file is there; ``None`` if none can be seen."""
    try:
        found = file.stat()
    except OSError:
        return None
    return Seen(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


def _content(file: Path) -> bytes:
    """What the file holds; nothing if it cannot be read or is no plain file of a token's size."""
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as opened:
            return opened.read(MAX_BYTES + 1) or b""
    except OSError as error:
        log.warning("the file of the shared token cannot be read: %s", error.strerror)
        return b""

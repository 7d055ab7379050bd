"""Who may hand in directly: what Platform would have verified before, decided here."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from prism.service.hotkey_lists import HotkeyAddress, HotkeyFile, Keys
from prism.service.refusal import AdmissionError, TimestampError
from prism.service.settings import PublicSettings, Settings
from prism.service.signatures import NOBODY

Source = Callable[[], Keys]
FORGET_SECONDS: Final = 60.0


class Admission:
    """The lists and the clock that a request is held against before its body is read."""

    def __init__(self, settings: Settings, *, clock: Callable[[], float] = time.time) -> None:
        """Take the settings; files and addresses are looked at when somebody asks."""
        public, network = settings.public, settings.ss58_format
        self._blocked = tuple(_files(network, public.blocked_hotkeys_file))
        self._needed = (*_files(network, public.allowed_hotkeys_file), *_registered(network, public))
        self._window = public.window_seconds
        self._clock = clock
        self._forgot_at = float("-inf")

    def require_known(self) -> None:
        """See that every list is there.

        Raises:
            HotkeysUnknownError: one is not.
        """
        for source in (*self._blocked, *self._needed):
            source()

    def require_admitted(self, key: bytes) -> None:
        """Let a key pass that is on every list it has to be on, and not on the one it must not.

        Raises:
            AdmissionError: it is not.
            HotkeysUnknownError: a list is not there.
        """
        is_blocked = any(key in source() for source in self._blocked)
        if key == NOBODY or is_blocked or not all(key in source() for source in self._needed):
            raise AdmissionError("this hotkey may not hand in here", do="ask the operator of the challenge")

    def require_fresh(self, timestamp: int) -> None:
        """Let a timestamp pass, in seconds since 1970, that is near enough to now.

        Raises:
            TimestampError: it is not.
        """
        if abs(self._clock() - timestamp) > self._window:
            what = f"the timestamp is more than {self._window} seconds away from the service's clock"
            raise TimestampError(what, do="sign the request anew, and set your clock")

    def to_forget(self) -> int | None:
        """The moment before which no nonce is needed any more; ``None`` if that was said a moment ago."""
        now = time.monotonic()
        if now - self._forgot_at < FORGET_SECONDS:
            return None
        self._forgot_at = now
        return int(self._clock()) - self._window


def _files(network: int, name: str, *, most_seconds: float | None = None) -> Iterator[Source]:
    if name:
        yield HotkeyFile(Path(name), network, most_seconds=most_seconds).keys


def _registered(network: int, public: PublicSettings) -> Iterator[Source]:
    yield from _files(network, public.registered_hotkeys_file, most_seconds=public.registered_seconds)
    if public.registered_hotkeys_url:
        yield HotkeyAddress(public.registered_hotkeys_url, network, most_seconds=public.registered_seconds).keys

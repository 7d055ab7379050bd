"""Bounded messages over pipes: a JSON header and raw bytes, with both lengths in front. Never pickle.

Whoever reads says beforehand how much it takes; a sender that announces more is refused before a byte of it is kept.
"""

import json
import os
import struct
from dataclasses import dataclass, field

_LENGTHS = struct.Struct(">IQ")
MAX_HEADER_BYTES = 4 * 1024 * 1024
_CHUNK = 1024 * 1024


class FrameError(Exception):
    """The other side sent something that is not a message, or more than was allowed."""


class OversizeError(FrameError):
    """The other side announced more than was allowed."""


class StreamEndedError(Exception):
    """The other side closed the stream before a whole message had arrived."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message: a small JSON object, and bytes that are carried as they are."""

    header: dict[str, object] = field(default_factory=dict)
    body: bytes = b""


def encoded(message: Message) -> bytes:
    """The message as bytes: header length (4), body length (8), both big-endian, then header and body."""
    header = json.dumps(message.header, allow_nan=False).encode()
    if len(header) > MAX_HEADER_BYTES:
        raise FrameError("the header is too long")
    return _LENGTHS.pack(len(header), len(message.body)) + header + message.body


class Inbox:
    """Collects one message from however many pieces it arrives in."""

    def __init__(self, max_body: int) -> None:
        self._max_body = max_body
        self._data = bytearray()

    def missing(self) -> int:
        """Bytes that must still arrive; 0 when the message is whole.

        Raises:
            OversizeError: the announced lengths are over the bounds.
        """
        if len(self._data) < _LENGTHS.size:
            return _LENGTHS.size - len(self._data)
        header, body = self._lengths()
        if header > MAX_HEADER_BYTES or body > self._max_body:
            raise OversizeError(f"a message of {header} and {body} bytes is over the bound of {self._max_body}")
        return _LENGTHS.size + header + body - len(self._data)

    def feed(self, data: bytes) -> None:
        """Take the next piece, at most ``missing()`` bytes of it."""
        self._data += data

    def message(self) -> Message:
        """The whole message.

        Raises:
            FrameError: the header is not a JSON object.
        """
        header_bytes, _ = self._lengths()
        end = _LENGTHS.size + header_bytes
        try:
            header = json.loads(self._data[_LENGTHS.size : end])
        except (ValueError, RecursionError) as error:
            raise FrameError("the header is not JSON") from error
        if not isinstance(header, dict):
            raise FrameError("the header is not a JSON object")
        return Message(header=header, body=bytes(memoryview(self._data)[end:]))

    def _lengths(self) -> tuple[int, int]:
        header, body = _LENGTHS.unpack_from(self._data)
        return int(header), int(body)


def receive(descriptor: int, max_body: int) -> Message:
    """The next message from a blocking descriptor; nothing beyond it is read.

    Raises:
        FrameError: what arrives is not a message within the bounds.
        StreamEndedError: the stream ended first.
    """
    inbox = Inbox(max_body)
    while wanted := inbox.missing():
        data = os.read(descriptor, min(wanted, _CHUNK))
        if not data:
            raise StreamEndedError("the stream ended inside a message")
        inbox.feed(data)
    return inbox.message()


def send(descriptor: int, message: Message) -> None:
    """Write the whole message to a blocking descriptor."""
    rest = memoryview(encoded(message))
    while rest:
        rest = rest[os.write(descriptor, rest[:_CHUNK]) :]

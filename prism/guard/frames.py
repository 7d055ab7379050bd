"""What crosses between PRISM and the guarded child: bounded frames of JSON or raw bytes, never pickle.

A frame is one byte of kind (``M`` message, ``B`` bytes), four bytes of length (big endian), then the payload. The
parent sends one ``Request`` (and the archive as a bytes frame); the child answers with messages until ``Done``.
"""

import socket
import struct
import time
from typing import TypeVar

import msgspec

from prism.declaration import Declaration
from prism.finding import Finding
from prism.manifest import ManifestKind, Part
from prism.policy.model import GuardPolicy, IntakePolicy, ProjectPolicy
from prism.snapshot import FileEntry

HEADER = struct.Struct(">cI")
MESSAGE = b"M"
BYTES = b"B"
T = TypeVar("T")

CHUNK = 256 * 1024


class PluginLoad(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A plugin that the fork server loads, with the settings the policy gives it."""

    name: str
    version: str
    """What the policy was read with; another one by now is refused."""
    source: str
    base: bytes
    """A folder as the operating system names it, which need not be UTF-8."""
    settings: msgspec.Raw
    contents: tuple[tuple[bytes, str], ...] = ()
    """Files that the settings name, with what stood in them when the policy was read; anything else is refused."""


class Configuration(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="configuration"):
    """What a fork server is started with."""

    plugins: tuple[PluginLoad, ...]
    guard: GuardPolicy
    intake: IntakePolicy
    project: ProjectPolicy


class Request(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One review: a folder to read, or else an archive that follows in a bytes frame."""

    folder: bytes | None = None
    """Absolute, as the operating system names it, which need not be UTF-8."""
    archive_bytes: int = 0
    cpu_seconds: int
    send_snapshot: bool = True
    skip: tuple[str, ...] = ()
    """Parts (``check:<plugin>`` and the like) that an earlier child has finished or died in."""


class _Message(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="is"):
    """What every message of the child has in common."""


class Reading(_Message, frozen=True, kw_only=True, tag="reading"):
    """The file the child turns to next, so that a death can be blamed."""

    path: str


class Refused(_Message, frozen=True, kw_only=True, tag="refused"):
    """Intake refused the whole archive or folder; nothing follows but ``Done``."""

    findings: tuple[Finding, ...]


class Took(_Message, frozen=True, kw_only=True, tag="took"):
    """Intake accepted these files; their bytes follow in this order, a bytes frame each, if they were asked for."""

    files: tuple[FileEntry, ...]


class Opened(_Message, frozen=True, kw_only=True, tag="opened"):
    """What the accepted files amount to: where each part begins, and what the manifest says is handed in."""

    entrypoints: dict[Part, str]
    kind: ManifestKind


class Started(_Message, frozen=True, kw_only=True, tag="started"):
    """A part begins: ``parse``, or a kind and a plugin's name.

    The kinds are ``check:``, ``declaration:``, ``fingerprint:`` and ``material:``.
    """

    part: str


class Found(_Message, frozen=True, kw_only=True, tag="found"):
    """Findings of the part that is under way."""

    findings: tuple[Finding, ...]


class Fingerprinted(_Message, frozen=True, kw_only=True, tag="fingerprinted"):
    """The fingerprint of the plugin whose part is under way, as JSON text."""

    fingerprint: str


class Gathered(_Message, frozen=True, kw_only=True, tag="gathered"):
    """What the plugin whose part is under way hands over for its review, as JSON text."""

    material: str


class Declared(_Message, frozen=True, kw_only=True, tag="declared"):
    """What the plugin whose part is under way says that the project may do when it is run."""

    declaration: Declaration


class Finished(_Message, frozen=True, kw_only=True, tag="finished"):
    """The part that was under way is over; ``failure`` says why it is not complete."""

    failure: str | None = None


class Exhausted(_Message, frozen=True, kw_only=True, tag="exhausted"):
    """The child ran out of memory and is about to end."""


class Broken(_Message, frozen=True, kw_only=True, tag="broken"):
    """PRISM's own code raised in the child, which is about to end; ``error`` names what and in which function."""

    error: str


class Done(_Message, frozen=True, kw_only=True, tag="done"):
    """Everything that was asked for has been reported."""


Result = Found | Declared | Fingerprinted | Gathered
Message = Reading | Refused | Took | Opened | Started | Result | Finished | Exhausted | Broken | Done

_message_decoder = msgspec.json.Decoder(Message)
_request_decoder = msgspec.json.Decoder(Request)


class ClosedError(Exception):
    """The other side is gone."""


class GarbageError(Exception):
    """The other side sent something that is no frame, or one that is too large or of the wrong shape."""


class TooMuchError(GarbageError):
    """The other side sent a frame that is larger than what it had left."""


class Channel:
    """One end of a stream of frames, with a bound on what it takes and an optional deadline for every wait."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.deadline: float | None = None
        """Moment on the monotonic clock after which every wait raises ``TimeoutError``."""
        self._buffer = bytearray()

    def send(self, kind: bytes, payload: bytes) -> None:
        """Send one frame."""
        self._wait()
        try:
            self.connection.sendall(HEADER.pack(kind, len(payload)) + payload)
        except (BrokenPipeError, ConnectionResetError) as error:
            raise ClosedError from error

    def send_message(self, message: "Message | Request") -> None:
        """Send a message frame."""
        self.send(MESSAGE, msgspec.json.encode(message))

    def receive(self, kind: bytes, bound: int) -> bytes:
        """The payload of the next frame, which must be of this kind and within the bound in bytes.

        Raises:
            ClosedError: the other side has ended.
            GarbageError: another kind.
            TooMuchError: larger than the bound.
            TimeoutError: the deadline has passed.
        """
        said, size = HEADER.unpack(self._exactly(HEADER.size))
        if said != kind:
            raise GarbageError(f"a frame of kind {said!r} where {kind!r} was expected")
        if size > bound:
            raise TooMuchError(f"a frame of {size} bytes where {bound} were left")
        return self._exactly(size)

    def receive_message(self, bound: int) -> tuple[Message, int]:
        """The next message and its size in bytes."""
        payload = self.receive(MESSAGE, bound)
        return self._decoded(_message_decoder, payload), len(payload)

    def receive_request(self, bound: int) -> Request:
        """The request a child begins with."""
        return self._decoded(_request_decoder, self.receive(MESSAGE, bound))

    @staticmethod
    def _decoded(decoder: "msgspec.json.Decoder[T]", payload: bytes) -> T:
        try:
            return decoder.decode(payload)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
            raise GarbageError(f"not a message: {error}") from error

    def _exactly(self, size: int) -> bytes:
        while len(self._buffer) < size:
            self._wait()
            try:
                chunk = self.connection.recv(CHUNK)
            except ConnectionResetError as error:
                raise ClosedError from error
            if not chunk:
                raise ClosedError
            self._buffer += chunk
        payload = bytes(self._buffer[:size])
        del self._buffer[:size]
        return payload

    def _wait(self) -> None:
        if self.deadline is None:
            return
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self.connection.settimeout(left)

"""What a miner signs when he hands in by himself, and whether he has."""

import re
from typing import Final

import msgspec

from prism.service.settings import Headers

NOBODY: Final = bytes(32)
"""The key of no secret: whoever likes can make a signature for it that fits every message."""
_HEXADECIMAL: Final = re.compile("(0x)?[0-9a-fA-F]{128}")


class SignedRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A request as its sender has signed it: nothing in it may be read in two ways, or stand for another request."""

    generation: Headers
    netuid: int
    slug: str
    method: str
    target: str
    """Path and query, as they were sent."""
    hotkey: str
    nonce: str
    """Without a colon, which ends each part of the message."""
    timestamp: str
    body_hash: str

    def message(self) -> bytes:
        """The bytes that are signed."""
        parts = (
            f"{self.generation}-upload-v1",
            str(self.netuid),
            self.slug,
            self.method,
            self.target,
            self.hotkey,
            self.nonce,
            self.timestamp,
            self.body_hash,
        )
        return ":".join(parts).encode()


def has_signed(key: bytes, signature: str, message: bytes) -> bool:
    """Whether an sr25519 signature, in hexadecimal digits, is one of a key over a message."""
    import sr25519

    if key == NOBODY or not _HEXADECIMAL.fullmatch(signature):
        return False
    try:
        return bool(sr25519.verify(bytes.fromhex(signature.removeprefix("0x")), message, key))
    except ValueError:  # this is no signature of this scheme, or no key of it
        return False

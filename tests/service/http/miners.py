"""Miners who hand in by themselves: keys that sign, and requests that are wrong in one place."""

import hashlib
import itertools
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import sr25519

from prism.service.ss58 import address
from tests.service.http.servers import Answer, Server

NETUID = 7
DIRECT = "/v1/submissions"
_COUNT = itertools.count(1)


@dataclass(frozen=True)
class Miner:
    """A key."""

    seed: int

    @property
    def pair(self) -> tuple[bytes, bytes]:
        public, secret = sr25519.pair_from_seed(self.seed.to_bytes(32, "big"))
        return bytes(public), bytes(secret)

    @property
    def hotkey(self) -> str:
        return address(self.pair[0], 42)

    def sign(self, message: str) -> str:
        return str(sr25519.sign(self.pair, message.encode()).hex())


def a_miner() -> Miner:
    """One who was not there before."""
    return Miner(int(time.time() * 1000) * 100_000 + next(_COUNT))


@dataclass(frozen=True, kw_only=True)
class Signed:
    """A request, and apart from it what is signed; where nothing else is said, the two agree."""

    miner: Miner = field(default_factory=a_miner)
    body: bytes = b"PK by the miner"
    scheme: str = "platform-upload-v1"
    netuid: int | str = NETUID
    slug: str = "prism"
    method: str = "POST"
    path: str = DIRECT
    hotkey: str = ""
    nonce: str = field(default_factory=lambda: f"n-{next(_COUNT)}")
    timestamp: str = field(default_factory=lambda: str(int(time.time())))
    body_hash: str = ""
    order: str = "{scheme}:{netuid}:{slug}:{method}:{path}:{hotkey}:{nonce}:{timestamp}:{body_hash}"

    def message(self) -> str:
        parts = {name: getattr(self, name) for name in self.__dataclass_fields__}
        parts["hotkey"] = self.hotkey or self.miner.hotkey
        parts["body_hash"] = self.body_hash or hashlib.sha256(self.body).hexdigest()
        return self.order.format(**parts)

    def headers(self) -> dict[str, str]:
        return {
            "X-Hotkey": self.hotkey or self.miner.hotkey,
            "X-Signature": self.miner.sign(self.message()),
            "X-Nonce": self.nonce,
            "X-Timestamp": self.timestamp,
            "Content-Type": "application/zip",
        }

    def but(self, **changes: object) -> "Signed":
        return replace(self, **changes)  # type: ignore[arg-type] # each field's own type


def hand_in(server: Server, signed: Signed, *, headers: Mapping[str, str | None] | None = None) -> Answer:
    """The answer to a signed request, of which headers may be changed after the signature was made."""
    sent: dict[str, str | None] = {**signed.headers(), **(headers or {})}
    given = {name: value for name, value in sent.items() if value is not None}
    return server.ask("POST", DIRECT, body=signed.body, headers=given, token=None)

"""The attacks of the corpora: what each of them sends, and what came of it."""

import re
import time
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from ruamel.yaml import YAML

from prism.service.ss58 import address
from tests.service.http.miners import Signed, a_miner, hand_in
from tests.service.http.servers import BRIDGE, TOKEN, Answer, Server, hotkey

CORPUS = Path(__file__).parents[2] / "corpora" / "http"
ORDER = 2**252 + 27742317777372353535851937790883648493
HIDDEN = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"
WORDS = {
    "<hidden>": HIDDEN,
    "<size>": str(len(HIDDEN) + 5),
    "<token>": TOKEN,
    "<hotkey>": hotkey(7),
    "<other>": hotkey(8),
    "<hash>": "0" * 64,
    "<200 headers>": "".join(f"X-{number}: y\r\n" for number in range(200)),
}
HEADS = {
    "platform": f"POST {BRIDGE} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\n"
    f"X-Platform-Verified-Hotkey: {hotkey(7)}\r\n",
    "stranger": f"POST {BRIDGE} HTTP/1.1\r\nHost: x\r\nX-Platform-Verified-Hotkey: {hotkey(7)}\r\n",
}


def bytes_of(case: dict[str, Any]) -> bytes:
    head = HEADS.get(case.get("as", ""), "")
    text = case["exact"] if "exact" in case else "\r\n".join([*case["lines"], "", case["body"]])
    for word, meaning in WORDS.items():
        text = text.replace(word, meaning)
    text = re.sub(r"<(\d+)>", lambda found: "a" * int(found[1]), text)
    return (head + text).encode("latin-1")


def codes(received: bytes) -> list[str]:
    """The codes of the problems among answers."""
    return re.findall('"code":"([a-z-]+)"', received.decode("latin-1"))


def statuses(received: bytes) -> list[int]:
    return [int(each) for each in re.findall(rb"HTTP/1\.1 (\d+) ", received)]


def corpus(name: str) -> dict[str, dict[str, Any]]:
    """The attacks of a corpus by kind and name."""
    kinds = YAML(typ="safe").load(CORPUS / f"{name}.yaml")
    return {f"{kind}: {case['attack']}": case for kind, cases in kinds.items() for case in cases}


def attacks(name: str) -> list[Any]:
    """The same, each for one run of a test."""
    return [pytest.param(case, id=name) for name, case in corpus(name).items()]


def words(signed: Signed) -> dict[str, str]:
    """What stands for words in angle brackets, for one request."""
    made = signed.headers()["X-Signature"]
    raw = bytes.fromhex(made)
    scalar = int.from_bytes(raw[32:63] + bytes([raw[63] & 0x7F]), "little")
    changed = ((scalar + ORDER) % 2**255).to_bytes(32, "little")
    other_scheme = Ed25519PrivateKey.from_private_bytes(bytes(32))
    foreign = Signed(hotkey=address(other_scheme.public_key().public_bytes_raw(), 42))
    foreign = foreign.but(nonce=signed.nonce, timestamp=signed.timestamp, body=signed.body)
    return {
        "own": signed.miner.hotkey,
        "other": hotkey(9),
        "nobody": address(bytes(32), 42),
        "other network": address(signed.miner.pair[0], 0),
        "hex key": signed.miner.pair[0].hex(),
        "swapped": signed.miner.hotkey.swapcase(),
        "token": TOKEN,
        "zeros": "00" * 63,
        "signature": made,
        "malleable": (raw[:32] + changed[:31] + bytes([changed[31] | 0x80])).hex(),
        "unmarked": (raw[:63] + bytes([raw[63] & 0x7F])).hex(),
        "ed25519 hotkey": foreign.hotkey,
        "ed25519 signature": other_scheme.sign(foreign.message().encode()).hex(),
    }


def told(value: Any, known: dict[str, str]) -> Any:  # noqa: ANN401 - whatever the corpus holds
    """A value of the corpus, in which words stand for what they mean."""
    if not isinstance(value, str):
        return value
    value = re.sub(r"<now([+-]\d+)>", lambda found: str(int(time.time()) + int(found[1])), value)
    value = re.sub(r"<(\d+)>", lambda found: "n" * int(found[1]), value)
    return re.sub(r"<([a-z0-9 ]+)>", lambda found: known[found[1]], value)


def attempt(server: Server, case: dict[str, Any]) -> Answer:
    """The answer to one attack."""
    signed = Signed(miner=a_miner(), body=b"PK by an attacker")
    signed = signed.but(**{name: told(value, {}) for name, value in case.get("sign", {}).items()})
    known = words(signed)
    return hand_in(server, signed, headers={name: told(value, known) for name, value in case.get("send", {}).items()})

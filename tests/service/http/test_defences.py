"""Each defence is what stops its attacks: with it they fail, and as soon as it is taken away they get through."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.service.http.attacks import HEADS, attempt, bytes_of, corpus, statuses
from tests.service.http.miners import NETUID, Signed, a_miner, hand_in
from tests.service.http.servers import BRIDGE, Server, hotkey, running

PROGRAM = Path(__file__).with_name("weakened.py")
Attack = Callable[[Server], bool]
"""Makes an attack, and says whether it got through."""


@pytest.fixture(scope="module")
def away(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file that names the defence that is taken away."""
    file = tmp_path_factory.mktemp("away") / "defence"
    file.write_text("")
    return file


@pytest.fixture(scope="module")
def weakened(away: Path) -> Iterator[Server]:
    settings = {
        "AWAY": str(away),
        "PRISM_PUBLIC_SUBMISSIONS": "true",
        "PRISM_PUBLIC_NETUID": str(NETUID),
        "PRISM_HEAD_SECONDS": "1",
        "PRISM_BODY_SECONDS": "1",
        "PRISM_IDLE_SECONDS": "1",
        "PRISM_BODY_BYTES": "100000",
    }
    with running(str(away.parent / "store.sqlite3"), away.parent, program=("-P", str(PROGRAM)), **settings) as started:
        yield started


def on_the_wire(name: str) -> Attack:
    """An attack of the corpus in raw bytes; whoever gets no end of the connection has got through as well."""
    case = corpus("wire")[name]

    def attack(server: Server) -> bool:
        try:
            answers: list[int] = case["answers"]
            return statuses(server.raw(bytes_of(case), timeout=3)) != answers
        except TimeoutError:
            return True

    return attack


def signed(name: str) -> Attack:
    """An attack of the corpus of signed requests."""
    case = corpus("signed")[name]
    return lambda server: attempt(server, case).status in {200, 202}


def replayed(server: Server) -> bool:
    request = Signed(miner=a_miner())
    return [hand_in(server, request).status for _ in range(2)] == [202, 200]


def other_body(server: Server) -> bool:
    return server.hand_in(b"PK another", key=hotkey(21), X_Platform_Request_Hash="0" * 64).status < 300


def forged_line(server: Server) -> bool:
    seen, deadline = server.log_file.read_text().count("forged"), time.monotonic() + 10
    server.ask("GET", "/x%0d%0aERROR%20forged", token=None)
    while (log := server.log_file.read_text()).count("forged") == seen and time.monotonic() < deadline:
        time.sleep(0.02)
    return any(line.startswith("ERROR forged") for line in log.splitlines())


def pipelined_after_chunks(server: Server) -> bool:
    body = "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"
    return len(statuses(server.raw((HEADS["platform"] + body).encode(), timeout=3))) > 1


def without_the_token(server: Server) -> bool:
    headers = {"X-Platform-Verified-Hotkey": hotkey(22), "Authorization": "Bearer wrong"}
    return server.ask("POST", BRIDGE, body=b"PK", headers=headers, token=None).status < 300


ATTACKS: dict[str, tuple[Attack, ...]] = {
    "token": (without_the_token,),
    "signature": (
        signed("signatures: over another network"),
        signed("signatures: over another body"),
        signed("signatures: another hotkey than has signed"),
        signed("signatures: a key and signature of another scheme"),
    ),
    "key of nobody": (signed("hotkeys: the key of nobody"),),
    "freshness": (signed("timestamps: too old"), signed("timestamps: from the future")),
    "nonce": (replayed,),
    "body hash": (other_body,),
    "body bound": (on_the_wire("too much: a body that grows too large"),),
    "repeated headers": (
        on_the_wire("repeated headers: two hotkeys"),
        on_the_wire("repeated headers: two slugs"),
        on_the_wire("repeated headers: two idempotency keys"),
    ),
    "lines": (
        on_the_wire("request smuggling: a request inside a header"),
        on_the_wire("request smuggling: a coding on a folded line"),
    ),
    "chunks": (pipelined_after_chunks, on_the_wire("request smuggling: a request inside a trailer")),
    "time": (
        on_the_wire("too slow: headers that do not end"),
        on_the_wire("too slow: a body that does not end"),
    ),
    "log": (forged_line,),
}


@pytest.mark.parametrize("defence", ATTACKS)
def test_it_stops_its_attacks_and_nothing_else_does(weakened: Server, away: Path, defence: str) -> None:
    attacks = ATTACKS[defence]
    assert [attack(weakened) for attack in attacks] == [False] * len(attacks)
    away.write_text(defence)
    try:
        assert [attack(weakened) for attack in attacks] == [True] * len(attacks)
    finally:
        away.write_text("")


def test_every_kind_of_attack_is_there() -> None:
    kinds = {name.partition(":")[0] for each in ("wire", "signed") for name in corpus(each)}
    assert kinds == {
        "request smuggling",
        "repeated headers",
        "too much",
        "too slow",
        "spellings of the path",
        "the token elsewhere",
        "signatures",
        "hotkeys",
        "timestamps",
        "nonces",
    }
    assert len(corpus("wire")) + len(corpus("signed")) >= 155

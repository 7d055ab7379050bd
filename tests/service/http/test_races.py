"""Many do the same at the same moment, through two processes of the API: it is done once, and nobody gets more."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from prism.gate import Gate
from prism.service import audit
from prism.service.queue import Queue
from prism.store import open_store
from tests.service.http.ended import HELD, end
from tests.service.http.miners import NETUID, Signed, a_miner, hand_in
from tests.service.http.servers import Answer, Server, hotkey, running

AT_ONCE = 12
PER_HOUR = 5
Servers = tuple[Server, Server]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def both(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """Two processes on one store, whose audit log is whole in the end."""
    folder = tmp_path_factory.mktemp("races")
    location = str(folder / "s.sqlite3") if request.param == "sqlite" else request.getfixturevalue("postgres")()
    stated = {
        "PRISM_PUBLIC_SUBMISSIONS": "true",
        "PRISM_PUBLIC_NETUID": str(NETUID),
        "PRISM_QUEUE_HOTKEY_PER_HOUR": str(PER_HOUR),
    }
    with running(location, folder, **stated) as one, running(location, folder, **stated) as other:
        yield one, other
    with open_store(location) as store, store.database.reading() as connection:
        assert list(audit.verify(connection)) == []


@pytest.fixture(scope="module")
def gate() -> Iterator[Gate]:
    with Gate.from_policy("default") as opened:
        yield opened


def at_once(servers: Servers, asks: Sequence[Callable[[Server], Answer]]) -> list[Answer]:
    """What came of questions that were asked together, every second one of the other process."""
    with ThreadPoolExecutor(len(asks)) as pool:
        return list(pool.map(lambda ask, server: ask(server), asks, servers * len(asks)))


def outcomes(answers: Sequence[Answer]) -> Counter[object]:
    return Counter(each.status if each.status < 400 else each.code for each in answers)


def test_the_same_upload_is_one_submission(both: Servers) -> None:
    answers = at_once(both, [lambda server: server.hand_in(b"PK same", key=hotkey(31))] * AT_ONCE)
    assert outcomes(answers) == {202: 1, 200: AT_ONCE - 1}
    assert len({each.json["id"] for each in answers}) == 1


def test_an_idempotency_key_stands_for_one_upload(both: Servers) -> None:
    asks = [
        lambda server, each=each: server.hand_in(b"PK %d" % each, key=hotkey(32), Idempotency_Key="k")
        for each in range(AT_ONCE)
    ]
    assert outcomes(at_once(both, asks)) == {202: 1, "idempotency-key-reused": AT_ONCE - 1}


def test_nobody_gets_more_than_his_share(both: Servers) -> None:
    asks = [lambda server, each=each: server.hand_in(b"PK %d" % each, key=hotkey(33)) for each in range(AT_ONCE)]
    assert outcomes(at_once(both, asks)) == {202: PER_HOUR, "rate-limited": AT_ONCE - PER_HOUR}


def test_a_nonce_is_taken_once(both: Servers) -> None:
    first = Signed(miner=a_miner(), body=b"PK first")
    same = at_once(both, [lambda server: hand_in(server, first)] * AT_ONCE)
    assert outcomes(same) == {202: 1, "nonce-used": AT_ONCE - 1}
    second = Signed(miner=a_miner(), body=b"PK second")
    asks = [lambda server, each=each: hand_in(server, second.but(body=b"PK %d" % each)) for each in range(AT_ONCE)]
    assert outcomes(at_once(both, asks)) == {202: 1, "nonce-used": AT_ONCE - 1}


def resolving(submission: str, choice: str) -> Callable[[Server], Answer]:
    body = json.dumps({"choice": choice, "operator": "Ada", "reason": choice}).encode()
    return lambda server: server.ask("POST", f"/internal/v1/holds/{submission}/resolve", body=body)


def rerunning(submission: str) -> Callable[[Server], Answer]:
    body = json.dumps({"operator": "Ada", "reason": "again"}).encode()
    return lambda server: server.ask("POST", f"/internal/v1/submissions/{submission}/rerun", body=body)


@pytest.mark.parametrize(
    ("number", "choices"), [(34, ("approve",)), (35, ("approve", "reject")), (36, ("approve", "rerun"))]
)
def test_one_decision_is_taken(both: Servers, gate: Gate, number: int, choices: tuple[str, ...]) -> None:
    held = end(both[0], gate, number, HELD)
    ways = [rerunning(held) if each == "rerun" else resolving(held, each) for each in choices]
    answers = at_once(both, [ways[each // 2 % len(ways)] for each in range(AT_ONCE)])
    taken = outcomes(answers)
    assert taken == {200: 1, "submission-state": AT_ONCE - 1}
    acts = [each["act"] for each in both[1].ask("GET", f"/internal/v1/submissions/{held}").json["decisions"]]
    assert len([each for each in acts if each in {"resolution", "rerun"}]) == 1


def test_what_a_worker_has_is_nobody_elses(both: Servers, gate: Gate) -> None:
    held = end(both[0], gate, 37, HELD)
    with open_store(both[0].location) as store:
        queue = Queue(store)
        assert rerunning(held)(both[0]).status == 200
        others = []
        while (claim := queue.claim("tests")) is not None and claim.entry.id != held:
            others.append(claim)
        asks = [resolving(held, "approve"), resolving(held, "reject"), rerunning(held)] * 4
        assert outcomes(at_once(both, asks)) == {"submission-state": 12}
        assert claim is not None
        assert queue.heartbeat(claim)
        for each in (claim, *others):
            queue.release(each)

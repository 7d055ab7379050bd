"""Somebody sets the clocks of the API, the workers and the database by hours, forwards and backwards, under load."""

import contextlib
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from prism.service.queue import Queue
from prism.store import open_store
from tests.service.deliveries import archive
from tests.service.faults.clock import Clock, clock
from tests.service.faults.database import own_postgres
from tests.service.faults.workers import QUICK, Worker, require_whole, until, until_ended, worker
from tests.service.house import House
from tests.service.http.miners import NETUID, Miner, Signed
from tests.service.http.miners import hand_in as hand_in_signed
from tests.service.http.servers import TOKEN, Answer, Server, hotkey, running
from tests.service.http.test_faults import rotate

OVERLAP_SECONDS = 4
A_HOUR = 3


@dataclass(frozen=True, kw_only=True)
class Service:
    """A whole service by a clock of its own."""

    clock: Clock
    server: Server
    workers: tuple[Worker, Worker]
    house: House
    queue: Queue
    token_file: Path

    def hand_in(self, key: int) -> Answer:
        """Hand in something new that will be held."""
        body = archive({"model.py": f"a = '{os.urandom(8).hex()}'  # HOLD\n"})
        return self.server.hand_in(body, key=hotkey(key), token=self.token_file.read_text())


@pytest.fixture(params=["sqlite", "postgresql"])
def service(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Service]:
    house, policy, token = House(tmp_path), tmp_path / "policy.yaml", tmp_path / "token"
    token.write_text(TOKEN)
    with contextlib.ExitStack() as stack:
        by = stack.enter_context(clock())
        settings = {
            **QUICK,
            **by.environment,
            "PRISM_QUEUE_BREAKER_FAILURES": "1",
            "PRISM_QUEUE_HOTKEY_PER_HOUR": str(A_HOUR),
            "PRISM_PUBLIC_SUBMISSIONS": "true",
            "PRISM_PUBLIC_NETUID": str(NETUID),
            "PRISM_SHARED_TOKEN": "",
            "PRISM_SHARED_TOKEN_FILE": str(token),
            "PRISM_TOKEN_OVERLAP_SECONDS": str(OVERLAP_SECONDS),
        }
        location = str(tmp_path / "store.sqlite3")
        if request.param == "postgresql":
            location = stack.enter_context(own_postgres(environment=by.environment)).url
        server = stack.enter_context(running(location, tmp_path, PRISM_POLICY=str(policy), **settings))
        first, second = (stack.enter_context(worker(location, policy, tmp_path, **settings)) for _ in range(2))
        store = stack.enter_context(open_store(location))
        parts = {"clock": by, "server": server, "workers": (first, second), "house": house}
        yield Service(**parts, queue=Queue(store), token_file=token)  # type: ignore[arg-type] # each its own


def test_clocks_that_jump_lose_nothing_let_nobody_in_and_stop_nobody(service: Service) -> None:
    acknowledged: list[str] = []

    def taken(key: int) -> bool:
        answer = service.hand_in(key)
        if answer.status == 202:
            acknowledged.append(answer.json["id"])
        else:
            assert (answer.status, answer.code) == (429, "rate-limited")
            assert 1 <= int(answer.headers["retry-after"]) <= 3_600
        return answer.status == 202

    signed = Signed(miner=Miner(int.from_bytes(os.urandom(8), "big")), timestamp=str(service.clock.now()))
    assert hand_in_signed(service.server, signed).status == 202
    until_ended(service.queue)
    service.house.tell("wait")
    assert [taken(1) for _ in range(A_HOUR + 1)] == [True] * A_HOUR + [False]
    until((service.house.folder / "waiting").exists, service.workers[0].log)

    service.clock.set(+6)  # while two are under way, with leases of seconds
    assert [taken(1) for _ in range(A_HOUR + 1)] == [True] * A_HOUR + [False]
    assert hand_in_signed(service.server, signed).code == "timestamp-stale"
    later = Signed(miner=signed.miner, body=b"PK later", timestamp=str(service.clock.now()))
    assert hand_in_signed(service.server, later).status == 202  # and the nonces of six hours ago are forgotten
    service.house.tell("away")
    service.house.tell("wait", "")
    until(lambda: service.queue.state().open_breakers == ("reviewer",), service.workers[0].log)
    replaced_at = require_both_tokens(service)

    service.clock.set(-6)  # what waits for a moment in twelve hours has to go on
    service.house.tell("away", "")
    assert not taken(1)
    assert taken(2)
    assert hand_in_signed(service.server, later).code == "timestamp-stale"
    service.clock.set(0)
    refused = hand_in_signed(service.server, signed)
    assert (refused.status, refused.code) in {(409, "nonce-used"), (403, "timestamp-stale")}
    until_ended(service.queue)
    require_new_token_only(service, replaced_at)
    require_whole(service.server.location, dict.fromkeys(acknowledged, "held"))
    arrivals = [service.queue.entry(id_).received_at for id_ in acknowledged]
    assert arrivals == sorted(set(arrivals))


def require_both_tokens(service: Service) -> float:
    """A token that was just replaced is still taken, whatever the calendar says; the time by which the new one was."""
    rotate(service.token_file, f"{TOKEN}-2")
    assert service.server.ask("GET", "/internal/v1/holds", token=f"{TOKEN}-2").status == 200
    replaced_at = time.monotonic()
    service.clock.set(+9)
    assert service.server.ask("GET", "/internal/v1/holds").status == 200
    service.clock.set(+6)
    return replaced_at


def require_new_token_only(service: Service, replaced_at: float) -> None:
    """The one before is taken no longer than it was to be, although the calendar has been set back since."""
    time.sleep(max(0.0, replaced_at + OVERLAP_SECONDS - time.monotonic()))
    assert service.server.ask("GET", "/internal/v1/holds").status == 401
    assert service.server.ask("GET", "/internal/v1/holds", token=f"{TOKEN}-2").status == 200

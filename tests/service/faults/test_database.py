"""PostgreSQL is killed, ended and started again under load; API and workers go on, and nothing is lost or doubled."""

import signal
from pathlib import Path

from prism.service.queue import Queue
from prism.store import open_store
from tests.service.faults.database import own_postgres
from tests.service.faults.workers import QUICK, require_whole, until, until_ended, worker
from tests.service.house import House
from tests.service.http.servers import running
from tests.service.sender import Sender, house_body

ENDS = (signal.SIGQUIT, signal.SIGINT, signal.SIGKILL)
"""Ended at once, restarted in an orderly way, and killed."""


def test_a_database_that_goes_and_comes_back_loses_and_doubles_nothing(tmp_path: Path) -> None:
    house = House(tmp_path)
    policy = tmp_path / "policy.yaml"
    with (
        own_postgres() as database,
        running(database.url, tmp_path, PRISM_POLICY=str(policy), **QUICK) as server,
        worker(database.url, policy, tmp_path) as first,
        worker(database.url, policy, tmp_path) as second,
    ):
        with Sender(server.port, house_body, pause_seconds=0.5) as sender:
            until(lambda: len(house.heard("changes")) >= 4, first.log)
            for number in ENDS:
                sender.wait_for_more()
                database.end(number)
                sender.wait_for_refusal()
                refused = server.hand_in(house_body()[0])
                assert (refused.status, refused.code) == (503, "store-unavailable")
                until(lambda: server.ask("GET", "/ready").status == 503)
                assert server.ask("GET", "/ready").json["parts"]["database"] == "store-unavailable"
                assert server.ask("GET", "/health").status == 200
                database.start()
            sender.wait_for_more()
            until(lambda: server.ask("GET", "/ready").status == 200)
        with open_store(database.url) as store:
            until_ended(Queue(store))
        require_whole(database.url, sender.acknowledged, server)
        assert set(sender.refusals) == {503}
        assert [each.process.poll() for each in (first, second)] == [None, None]
        assert server.process.poll() is None
        for each in (first, second):
            assert "Traceback" not in each.log()
            assert each.log().count("\n") < 1_000

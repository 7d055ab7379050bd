"""The way to the engine and to the reviewer breaks and stalls: submissions wait, and nothing is spent on it."""

import json
from pathlib import Path

import pytest

from prism.evaluator.job import READY_LINE
from prism.runner.docker_broker import DockerBroker
from prism.service.queue import Queue
from prism.service.records import Origin
from prism.store import open_store
from tests.llm.gates import reviewer
from tests.llm.model_server import ModelServer
from tests.llm.scripted_answers import judges
from tests.runner.lossy_engine import ENGINE
from tests.service.deliveries import ALICE, archive, upload
from tests.service.faults.line import line_to
from tests.service.faults.runs import APPROVED, is_running, policy_of, tell_to_end, until_told_runs_ended
from tests.service.faults.workers import (
    LEASE_OF_ONE_WHO_STAYS,
    containers,
    require_whole,
    until,
    until_ended,
    worker,
)
from tests.service.house import House

BROKEN_AT_ONCE = {"PRISM_QUEUE_BREAKER_FAILURES": "1", **LEASE_OF_ONE_WHO_STAYS}

STILL_RUNNING = b'"Running":true'
ASKED = 50
"""How often the broker looks, every 20 ms, until it is surely past the time in which a run may end after its output."""
BROKEN_AFTER_TWO = {**BROKEN_AT_ONCE, "PRISM_QUEUE_BREAKER_FAILURES": "2"}


@pytest.mark.docker
def test_a_line_to_the_engine_that_breaks_in_mid_run_costs_neither_the_miner_nor_those_behind_him(
    tmp_path: Path, broker: DockerBroker, patient: str
) -> None:
    """First the run's own connection breaks, while the engine can be reached; then nothing can be for a while."""
    location = str(tmp_path / "store.sqlite3")
    with open_store(location) as store, line_to(ENGINE) as line:
        queue = Queue(store)
        first = queue.accept(upload(APPROVED), ALICE).entry.id
        policy = policy_of(patient, tmp_path, f"tcp://127.0.0.1:{line.port}")
        with worker(location, policy, tmp_path, **BROKEN_AT_ONCE) as only:
            line.listen_for(READY_LINE.encode())
            line.speaker().reset()
            line.listen_for(STILL_RUNNING, times=ASKED)
            line.speaker()
            tell_to_end(broker, first)
            until(lambda: queue.entry(first).attempts == 2, only.log)
            assert "run-disturbed" in only.log()
            second = queue.accept(upload(archive({"model.py": "import os\n"})), Origin(hotkey="bob")).entry.id

            until(lambda: is_running(broker, f"{first}-2"), only.log)
            line.cut()
            until(lambda: queue.state().open_breakers == ("broker",), only.log)
            until(lambda: only.log().count("engine-unavailable") >= 2, only.log)  # a probe has come back, too
            assert queue.entry(first).status in {"pending", "running"}
            assert [queue.entry(id_).attempts for id_ in (first, second)] == [2, 0]
            line.mend()
            until_told_runs_ended(broker, queue, first, second)
            assert queue.state().open_breakers == ()
        require_whole(location, {first: "completed", second: "rejected"})
        assert queue.entry(first).attempts <= 3
    assert containers(broker, first, second) == []


def test_a_line_to_the_reviewer_that_breaks_or_stalls_holds_nobody_and_spends_nothing(tmp_path: Path) -> None:
    House(tmp_path)
    location, policy = str(tmp_path / "store.sqlite3"), tmp_path / "policy.yaml"
    with open_store(location) as store, ModelServer(judges("none")) as model:
        host = model.api_base.removeprefix("http://127.0.0.1:").removesuffix("/v1")
        with line_to(("127.0.0.1", int(host))) as line:
            asked = reviewer(model, api_base=f"http://127.0.0.1:{line.port}/v1", timeout_seconds=1)
            section = {"mode": "required", "reviewers": [asked], "attempts": 1}
            policy.write_text(
                policy.read_text().replace("house.py}}", f"house.py}}, llm: {{settings: {json.dumps(section)}}}}}")
            )
            queue = Queue(store)
            bodies = [upload(archive({"model.py": f"a = {number}  # HOLD\n"})) for number in range(4)]
            ids = [queue.accept(each, Origin(hotkey=f"key {number}")).entry.id for number, each in enumerate(bodies)]
            line.cut()
            with worker(location, policy, tmp_path, **BROKEN_AFTER_TWO) as only:
                until(lambda: queue.state().open_breakers == ("reviewer",), only.log)
                assert sum(queue.entry(id_).attempts for id_ in ids) == 2
                line.stall()
                until(lambda: "timeout" in only.log(), only.log)
                assert sum(queue.entry(id_).attempts for id_ in ids) == 2
                assert {queue.entry(id_).status for id_ in ids} <= {"pending", "running"}
                line.mend()
                until_ended(queue)
                assert queue.state().open_breakers == ()
        require_whole(location, dict.fromkeys(ids, "held"))
        assert {queue.entry(id_).reason for id_ in ids} == {"review-held"}
        assert sum(queue.entry(id_).attempts for id_ in ids) <= 2 + len(ids)

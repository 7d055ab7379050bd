"""What a worker makes of submissions: who was first, what is run, and what is tried again because it was our fault."""

import base64
import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import update

from prism.errors import PluginError, RunnerError
from prism.gate import Gate
from prism.policy.model import RunLimits
from prism.runner.outcome import broker_for
from prism.runner.spec import RunSpec
from prism.service import hooks
from prism.service.holding import Hold
from prism.service.hooks import weights
from prism.service.queue import Queue
from prism.service.records import Choice, Filters, Form, Origin, Resolution, Upload
from prism.service.worker import Worker
from prism.store import Store, open_store
from prism.store.queue_tables import breakers, entries, uploads
from prism.store.reindex import Reindexing
from prism.submission import Submission, SubmissionStatus
from tests.service.deliveries import ALICE, BOB, archive, upload
from tests.service.house import House, work_off

CAROL = Origin(hotkey="carol")
APPROVE = Resolution(choice=Choice.APPROVE, operator="olga", reason="fine")


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


@pytest.fixture
def gate(house: House) -> Iterator[Gate]:
    with house.gate() as opened:
        yield opened


@pytest.fixture
def queue(tmp_path: Path) -> Iterator[Queue]:
    with open_store(str(tmp_path / "store.sqlite3")) as store:
        yield Queue(store)


def project(*lines: str) -> Upload:
    return upload(archive({"model.py": "".join(f"{line}\n" for line in lines)}))


def hand_in(queue: Queue, sent: Upload, origin: Origin = ALICE, priority: int = 0) -> str:
    return queue.accept(sent, origin, priority=priority).entry.id


def ended(queue: Queue, id: str) -> tuple[str, str]:  # noqa: A002 - what it is called everywhere
    entry = queue.entry(id)
    return str(entry.status), entry.reason


def make_due(queue: Queue) -> None:
    with queue.store.database.writing() as connection:
        connection.execute(update(entries).values(due_at=0))
        connection.execute(update(breakers).values(away_until=0))


def test_a_copy_that_is_reviewed_first_is_still_the_copy(store: Store, house: House, gate: Gate) -> None:
    queue = Queue(store)
    source = hand_in(queue, project("a = 1", "b = 2 # HOLD"))
    copy = hand_in(queue, project("a = 1", "c = 3 # HOLD"), BOB, priority=5)
    assert work_off(store, gate) == 2
    assert ended(queue, source) == ("held", "review-held")
    assert ended(queue, copy) == ("rejected", "review-rejected")
    assert source in queue.entry(copy).text
    assert [row.id for row in store.submissions()] == [source]


def test_what_was_rejected_is_nobodys_source(queue: Queue, gate: Gate) -> None:
    """Not even if it was put beside the others before anybody had looked at it."""
    bad = hand_in(queue, project("# REJECT", "a = 1"))
    hand_in(queue, project("z = 1 # HOLD"), BOB, priority=5)
    work_off(queue.store, gate)
    assert ended(queue, bad)[0] == "rejected"
    honest = hand_in(queue, project("a = 1", "# HOLD"), CAROL)
    work_off(queue.store, gate)
    assert ended(queue, honest) == ("held", "review-held")


@pytest.mark.parametrize("earlier", [upload("no archive"), project("POISON")], ids=["no archive", "no fingerprint"])
def test_what_cannot_be_read_stops_nobody_after_it(queue: Queue, gate: Gate, earlier: Upload) -> None:
    hand_in(queue, earlier)
    later = hand_in(queue, project("a = 1 # HOLD"), BOB, priority=5)
    assert work_off(queue.store, gate) == 2
    assert ended(queue, later) == ("held", "review-held")
    assert queue.state().counts["pending"] == 0


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"code": base64.b64encode(archive({"model.py": "x = 1 # HOLD\n"})).decode(), "filename": "a.zip"}, "held"),
        ({"code": "x = 1 # HOLD\n", "metadata": {"deep": [1]}}, "held"),
        ({"code": "\ud800 # HOLD"}, "rejected"),
        ({"code": 7}, "rejected"),
        (["code"], "rejected"),
        ({}, "rejected"),
    ],
)
def test_json_carries_an_archive_or_plain_python(queue: Queue, gate: Gate, body: object, status: str) -> None:
    id_ = hand_in(queue, upload(json.dumps(body), Form.JSON))
    work_off(queue.store, gate)
    assert ended(queue, id_)[0] == status


@pytest.mark.parametrize("body", [b"", b"[" * 100_000, b'{"code": "\xff"}', b"PK\x03\x04"])
def test_what_is_no_json_is_refused_as_an_archive(queue: Queue, gate: Gate, body: bytes) -> None:
    id_ = hand_in(queue, upload(body, Form.JSON))
    work_off(queue.store, gate)
    assert ended(queue, id_)[0] == "rejected"


def test_what_an_operator_approved_is_run(queue: Queue, house: House, gate: Gate) -> None:
    house.tell("broker", "evaluator-error")
    id_ = hand_in(queue, project("a = 1 # HOLD"))
    work_off(queue.store, gate)
    assert house.heard("runs") == []
    queue.resolve(id_, APPROVE)
    work_off(queue.store, gate)
    assert house.heard("runs") == [f"{id_}-2"]
    assert ended(queue, id_) == ("held", "evaluator-error")  # another try would end the same way


def test_an_approval_is_for_what_was_found_then(queue: Queue, house: House, gate: Gate) -> None:
    id_ = hand_in(queue, project("a = 1 # HOLD"))
    work_off(queue.store, gate)
    queue.resolve(id_, APPROVE)
    house.tell("more")
    work_off(queue.store, gate)
    assert ended(queue, id_) == ("held", "review-held")
    assert house.heard("runs") == []
    assert queue.page(Filters(rule="indexer/more")).entries


def test_a_broker_that_is_away_is_waited_for(queue: Queue, house: House, gate: Gate) -> None:
    house.tell("broker", "image-missing")
    ids = [hand_in(queue, project(f"a = {number}")) for number in range(5)]
    assert work_off(queue.store, gate) == 3
    assert {ended(queue, id_) for id_ in ids} == {("pending", "back-off"), ("pending", "")}
    assert queue.state().open_breakers == ("broker",)
    assert set(house.heard("runs")) <= set(house.heard("cleaned"))


@pytest.mark.parametrize(("code", "attempts"), [("run-lost", 1), ("job-conflict", 1), ("runner-busy", 0), ("a bug", 1)])
def test_a_run_that_failed_by_our_fault_is_tried_again(
    queue: Queue, house: House, gate: Gate, code: str, attempts: int
) -> None:
    house.tell("broker", code)
    id_ = hand_in(queue, project("a = 1"))
    work_off(queue.store, gate)
    assert (ended(queue, id_), queue.entry(id_).attempts) == (("pending", "back-off"), attempts)
    assert queue.state().open_breakers == ()
    make_due(queue)
    work_off(queue.store, gate)
    assert house.heard("runs") == [f"{id_}-1", f"{id_}-2"]


def test_a_reviewer_that_is_away_is_asked_again(queue: Queue, house: House, gate: Gate) -> None:
    house.tell("away")
    id_ = hand_in(queue, project("a = 1 # HOLD"))
    work_off(queue.store, gate)
    assert ended(queue, id_) == ("pending", "back-off")
    assert "indexer/hold" in queue.entry(id_).note
    house.tell("away", "")
    make_due(queue)
    work_off(queue.store, gate)
    assert ended(queue, id_) == ("held", "review-held")


def test_a_corpus_that_is_not_indexed_yet_is_waited_for(queue: Queue, house: House) -> None:
    """Neither held nor dead: whoever comes while everything is indexed anew has only to wait."""
    hand_in(queue, project("a = 1 # HOLD"))
    with house.gate() as gate:
        work_off(queue.store, gate)
    house.upgrade()
    later = [hand_in(queue, project(f"b = {number} # HOLD"), BOB) for number in range(4)]
    with house.gate() as gate:
        assert work_off(queue.store, gate) == 3
        assert {ended(queue, id_)[0] for id_ in later} == {"pending"}
        assert queue.state().open_breakers == ("corpus",)
        Reindexing(queue.store, gate).run()
        for _ in later:
            make_due(queue)
            work_off(queue.store, gate)
    assert {ended(queue, id_) for id_ in later} == {("held", "review-held")}
    assert queue.state().open_breakers == ()


def test_a_damaged_upload_stops_nobody_after_it(queue: Queue, gate: Gate) -> None:
    damaged = hand_in(queue, project("a = 1"))
    later = hand_in(queue, project("b = 1 # HOLD"), BOB, priority=5)
    with queue.store.database.writing() as connection:
        its = uploads.c.code_hash == queue.entry(damaged).code_hash
        connection.execute(update(uploads).where(its).values(body=b"PK"))
    work_off(queue.store, gate)
    assert ended(queue, later) == ("held", "review-held")
    assert ended(queue, damaged) == ("pending", "back-off")


def test_a_guard_that_cannot_be_had_is_no_fault_of_the_submission(queue: Queue, gate: Gate) -> None:
    id_ = hand_in(queue, project("a = 1"))
    gate.close()
    work_off(queue.store, gate)
    assert ended(queue, id_) == ("pending", "back-off")
    assert "guard-unavailable" in queue.entry(id_).note


def test_what_a_dead_worker_left_running_is_removed_first(queue: Queue, house: House, gate: Gate) -> None:
    id_ = hand_in(queue, project("a = 1 # HOLD"))
    assert queue.claim("dies") is not None
    make_due(queue)
    work_off(queue.store, gate)
    assert house.heard("cleaned") == [f"{id_}-1"]
    assert ended(queue, id_) == ("held", "review-held")


def test_who_has_lost_the_lease_launches_nothing_and_ends_what_runs(queue: Queue, house: House, gate: Gate) -> None:
    id_ = hand_in(queue, project("a = 1"))
    claim = queue.claim("slow")
    assert claim is not None
    hold = Hold(queue, claim)
    broker = hold.broker(broker_for(gate.effective))
    make_due(queue)
    assert queue.claim("other") is not None
    with pytest.raises(RunnerError) as refused:
        broker.run(RunSpec(job_id=claim.job_id, image="i", user="1:1", network="none", limits=RunLimits()))
    assert refused.value.code == "run-lost"
    wait_for(lambda: house.heard("cleaned") == [f"{id_}-1"])
    assert house.heard("runs") == []


def wait_for(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_worker_that_is_stopped_gives_back_what_takes_too_long(queue: Queue, house: House) -> None:
    house.tell("wait")
    id_ = hand_in(queue, project("a = 1"))
    with house.gate() as gate:
        worker = Worker(queue.store, [gate], name="stopped", grace_seconds=0.2)
        thread = threading.Thread(target=worker.run)
        thread.start()
        wait_for(lambda: queue.entry(id_).status is SubmissionStatus.RUNNING)
        worker.stop()
        wait_for(lambda: queue.entry(id_).status is SubmissionStatus.PENDING)
        house.tell("wait", "")
        thread.join(30)
    entry = queue.entry(id_)
    assert (entry.status, entry.attempts, entry.reason) == (SubmissionStatus.PENDING, 0, "")
    assert house.heard("runs") == []


def test_plugins_hear_of_changes_and_cannot_stop_them(queue: Queue, house: House, gate: Gate) -> None:
    hand_in(queue, project("a = 1 # HOLD"))
    work_off(queue.store, gate)
    assert house.heard("changes") == ["running", "held"]


def test_a_plugin_that_hangs_is_asked_again_when_it_has_come_back(
    house: House, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither does each upload wait for it, nor leave a thread behind."""
    monkeypatch.setattr(hooks, "NOTICE_SECONDS", 0.2)
    status = SubmissionStatus.HELD
    changed = Submission(id="1", hotkey="alice", status=status, project_digest=None, reason="review-held")
    house.tell("hang")
    before = threading.active_count()
    for _ in range(20):
        hooks.tell(gate.host, changed)
    assert (threading.active_count(), house.heard("changes")) == (before + 1, ["held"])
    assert weights(gate.host, {"alice": 1.0}) == {"alice": 1.0}
    house.tell("hang", "")
    wait_for(lambda: threading.active_count() == before)
    hooks.tell(gate.host, changed)
    assert house.heard("changes") == ["held", "held"]


def test_weights_are_the_scores_unless_a_plugin_says_otherwise(house: House, gate: Gate) -> None:
    scores = {"alice": 0.75, "bob": 0.25, "carol": 0.0}
    assert weights(gate.host, scores) == {"alice": 0.75, "bob": 0.25}
    assert weights(gate.host, {}) == {}
    house.tell("weights", "{'bob': 1e308, 'alice': 1e308}")
    assert weights(gate.host, scores) == {"alice": 0.5, "bob": 0.5}


@pytest.mark.parametrize("given", ["{'eve': 1}", "{'bob': -1}", "{'bob': float('nan')}", "{'bob': '1'}", "1 / 0", "7"])
def test_weights_that_cannot_be_are_nobodys(house: House, gate: Gate, given: str) -> None:
    house.tell("weights", given)
    with pytest.raises(PluginError):
        weights(gate.host, {"bob": 1.0})

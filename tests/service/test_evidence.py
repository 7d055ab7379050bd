"""What containers say about a submission beside its score: how like its source it is, and what it was seen to do."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import update

from prism.gate import Gate
from prism.review import Review
from prism.runner.docker_broker import DockerBroker
from prism.runner.result import Reason
from prism.service.http.views import status_view
from prism.service.queue import Queue
from prism.service.records import Choice, Filters, Resolution
from prism.store import open_store
from prism.store.queue_tables import breakers, entries
from tests.runner.conftest import QUICK
from tests.runner.test_tripwire import OPENING
from tests.service.deliveries import ALICE, BOB, archive, upload
from tests.service.house import work_off
from tests.test_gate import policy_file
from tests.test_suspects import NOWHERE, PAIRS, POLICY

HONEST = Path(__file__).parents[1] / "corpora" / "runs" / "shared" / "honest.py"
QUICKLY = {"steps": 2, "batch_size": 4, "sequence_bytes": 16, "heldout_windows": 32}
APPROVE = Resolution(choice=Choice.APPROVE, operator="olga", reason="it reads its own name")


@pytest.fixture
def queue(tmp_path: Path) -> Iterator[Queue]:
    with open_store(str(tmp_path / "store.sqlite3")) as store:
        yield Queue(store)


def source_and_copy(queue: Queue, folder: Path, settings: str = "") -> tuple[str, str]:
    """Both have been worked on as far as it goes: the original, for whose run no engine is there, and its copy."""
    ids = [
        queue.accept(upload(archive({path.name: path.read_text() for path in (PAIRS / name).iterdir()})), by).entry.id
        for name, by in (("original", BOB), ("reordered", ALICE))
    ]
    with queue.store.database.writing() as connection:  # whether and how the original runs is not asked here
        connection.execute(update(entries).where(entries.c.id == ids[0]).values(clock="server", due_at=2**60))
    work(queue, folder, settings)
    return ids[0], ids[1]


def work(queue: Queue, folder: Path, settings: str = "") -> None:
    policy = folder / "policy.yaml"
    policy.write_text(POLICY.format(image=QUICK.image, suspects=2, settings=settings), encoding="utf-8")
    with Gate.from_policy(policy) as gate:
        work_off(queue.store, gate)


@pytest.mark.docker
def test_a_suspected_copy_is_held_with_the_scores(broker: DockerBroker, queue: Queue, tmp_path: Path) -> None:
    source, copy = source_and_copy(queue, tmp_path)
    detail = queue.detail(copy)
    (last,) = detail.rounds
    review = msgspec.json.decode(last.review, type=Review)

    assert (str(detail.entry.status), detail.entry.reason) == ("held", "review-held")
    (compared,) = [each for each in review.findings if each.rule == "host/pair-compared"]
    assert source in compared.message
    assert "first_in_second 0.8" in compared.message
    assert [each.id for each in queue.page(Filters(rule="host/pair-compared")).entries] == [copy]
    told = msgspec.json.encode(status_view(detail.entry, detail.rounds)).decode()
    assert "pair" not in told
    assert not [job for job in broker.list() if job.job_id.startswith(copy)]


def test_a_comparison_for_which_no_engine_answers_is_made_later(queue: Queue, tmp_path: Path) -> None:
    _, copy = source_and_copy(queue, tmp_path, NOWHERE)
    waiting = queue.entry(copy)

    assert (str(waiting.status), waiting.reason) == ("pending", "back-off")
    assert "host/pair-failed: The comparison with" in waiting.note
    assert "unix:" not in waiting.text
    with queue.store.database.reading() as connection:
        assert [row.part for row in connection.execute(breakers.select())] == ["broker"]


@pytest.mark.docker
def test_what_the_review_had_ruled_out_is_held_until_somebody_allows_it(
    broker: DockerBroker, queue: Queue, tmp_path: Path
) -> None:
    policy = policy_file(tmp_path, "declares_nothing", runner={"evaluation": QUICKLY, "image": QUICK.image})
    files = {"model.py": OPENING, "honest.py": HONEST.read_text()}
    id_ = queue.accept(upload(archive(files)), ALICE).entry.id
    with Gate.from_policy(policy) as gate:
        work_off(queue.store, gate)
        held = queue.detail(id_)
        listed = queue.page(Filters(rule="run/undeclared-capability")).entries
        queue.resolve(id_, APPROVE)
        work_off(queue.store, gate)

    assert (str(held.entry.status), held.entry.reason, held.entry.score) == (
        "held",
        str(Reason.UNDECLARED_CAPABILITY),
        None,
    )
    (shown,) = status_view(held.entry, held.rounds).findings
    assert shown.rule == "run/undeclared-capability"
    assert "open /etc/hostname r at model.py:6" in shown.message
    assert "Reviewed: capabilities none; imports torch." in shown.message
    assert b"open /etc/hostname r at model.py:6" in bytes(held.rounds[-1].run)
    assert [each.id for each in listed] == [id_]
    assert queue.best_scores() == {"alice": queue.entry(id_).score}
    assert [each.body["reason"] for each in queue.detail(id_).decisions if each.act == "run"] == [
        str(Reason.UNDECLARED_CAPABILITY),
        str(Reason.COMPLETED),
    ]

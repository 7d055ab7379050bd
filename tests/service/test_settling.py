"""What becomes of submissions: everything of a round at once, holds and their resolution, outages that burn nothing."""

import hashlib

import msgspec
import pytest
from sqlalchemy import func, select, update

from prism.errors import StoreError
from prism.review import Review, Stage, StageStatus
from prism.runner.outcome import RunOutcome
from prism.service import audit
from prism.service.limits import QueueLimits
from prism.service.queue import Queue
from prism.service.records import Act, Choice, Claim, Entry, Filters, Resolution
from prism.service.refusal import NotFoundError, RefusalError, StateError
from prism.service.settling import Conclusion, Trouble
from prism.store import Store
from prism.store.queue_tables import breakers, decisions, entries, rounds, uploads
from prism.submission import SubmissionStatus
from prism.verdict import Outcome, Reason
from tests.service.deliveries import ALICE, BOB, completed, decided, failed, review, upload

APPROVE = Resolution(choice=Choice.APPROVE, operator="olga", reason="I have read it")
REJECT = Resolution(choice=Choice.REJECT, operator="olga", reason="a copy")
AWAY = Trouble(reason="engine-unavailable", text="no engine", part="broker")


def claimed(queue: Queue) -> Claim:
    claim = queue.claim("w")
    assert claim is not None
    return claim


def ended(queue: Queue, conclusion: Conclusion, content: str = "a") -> Entry:
    queue.accept(upload(content), ALICE)
    return queue.finish(claimed(queue), conclusion)


def test_a_completed_one_has_all_that_was_found_out(queue: Queue) -> None:
    conclusion = completed(0.5)
    entry = ended(queue, conclusion)
    assert (entry.status, entry.score, entry.metrics) == ("completed", 0.5, {"heldout_bits_per_byte": 4.0})
    detail = queue.detail(entry.id)
    (found,) = detail.rounds
    assert msgspec.json.decode(found.review, type=Review) == conclusion.review
    assert msgspec.json.decode(found.run, type=RunOutcome) == conclusion.outcome
    verdict, run = detail.decisions
    assert verdict.body["review_sha256"] == found.review_sha256 == hashlib.sha256(found.review).hexdigest()
    assert (run.act, run.body["metrics"], run.actor) == (Act.RUN, entry.metrics, "worker:w")


@pytest.mark.parametrize(
    ("conclusion", "status", "reason"),
    [
        (failed(), "failed", "project-raised"),
        (decided(Outcome.REJECTED), "rejected", "review-rejected"),
        (decided(Outcome.HELD), "held", "review-held"),
    ],
)
def test_what_did_not_complete_has_no_score(queue: Queue, conclusion: Conclusion, status: str, reason: str) -> None:
    entry = ended(queue, conclusion)
    assert (entry.status, entry.reason, entry.score, entry.metrics) == (status, reason, None, {})
    assert queue.best_scores() == {}


def test_several_reasons_make_one_sentence_and_those_of_ours_are_the_operators(queue: Queue) -> None:
    conclusion = decided(Outcome.REJECTED)
    said = {"a/one": "First.", "b/two": "Second.", "host/plugin-failed": "A plugin broke."}
    reasons = tuple(Reason(outcome=Outcome.REJECTED, rule=rule, text=text) for rule, text in said.items())
    entry = ended(
        queue, msgspec.structs.replace(conclusion, review=msgspec.structs.replace(conclusion.review, reasons=reasons))
    )
    assert entry.text == "a/one: First; b/two: Second"
    assert entry.note == "host/plugin-failed: A plugin broke"


def test_a_round_is_recorded_as_a_whole_or_not_at_all(queue: Queue) -> None:
    """A score that no column can hold fails after the round was written, and takes it along."""
    queue.accept(upload("a"), ALICE)
    claim = claimed(queue)
    broken = msgspec.structs.replace(completed(), score="much")
    with pytest.raises(StoreError):
        queue.finish(claim, broken)
    with queue.store.database.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(rounds)) == 0
        assert connection.scalar(select(func.count()).select_from(decisions)) == 0
    assert queue.finish(claim, completed()).status is SubmissionStatus.COMPLETED


def test_the_best_score_of_each_hotkey_counts(queue: Queue) -> None:
    ended(queue, completed(0.25), "a")
    ended(queue, completed(0.75), "b")
    queue.accept(upload("c"), BOB)
    queue.finish(claimed(queue), completed(0.5))
    assert queue.best_scores() == {"alice": 0.75, "bob": 0.5}


def test_an_operator_approves_what_is_held_and_nothing_else(queue: Queue) -> None:
    held = ended(queue, decided(Outcome.HELD))
    entry = queue.resolve(held.id, APPROVE)
    assert (entry.status, entry.reason, entry.attempts) == (SubmissionStatus.PENDING, "resolved", 0)
    with pytest.raises(StateError):
        queue.resolve(held.id, REJECT)
    claim = claimed(queue)
    assert claim.approved_rules == ("project/unparsable",)
    queue.finish(claim, completed())
    for resolution in (APPROVE, REJECT):
        with pytest.raises(StateError):
            queue.resolve(held.id, resolution)
    acts = [each.act for each in queue.detail(held.id).decisions]
    assert acts == [Act.VERDICT, Act.RESOLUTION, Act.VERDICT, Act.RUN]


def test_an_operator_rejects_for_good(queue: Queue) -> None:
    held = ended(queue, decided(Outcome.HELD))
    entry = queue.resolve(held.id, REJECT)
    assert (entry.status, entry.reason) == (SubmissionStatus.REJECTED, "resolved")
    resolution = queue.detail(held.id).decisions[-1]
    assert (resolution.actor, resolution.body["reason"]) == ("operator:olga", "a copy")
    assert queue.claim("w") is None


def test_a_decision_about_an_earlier_review_decides_nothing(queue: Queue) -> None:
    """What an operator looked at is what he approves: not what another has had reviewed meanwhile."""
    held = ended(queue, decided(Outcome.HELD))
    queue.rerun(held.id, operator="otto", reason="another policy")
    queue.finish(claimed(queue), decided(Outcome.HELD))
    for resolution in (APPROVE, REJECT):
        for seen in (0, 1, 3):
            with pytest.raises(StateError, match="reviewed again"):
                queue.resolve(held.id, msgspec.structs.replace(resolution, round=seen))
    queue.resolve(held.id, msgspec.structs.replace(APPROVE, round=2))
    assert queue.detail(held.id).decisions[-1].body["round"] == 2


def test_what_is_run_again_has_to_be_approved_again(queue: Queue) -> None:
    held = ended(queue, decided(Outcome.HELD))
    queue.resolve(held.id, APPROVE)
    with pytest.raises(StateError):
        queue.rerun(held.id, operator="olga", reason="too early")
    queue.finish(claimed(queue), completed())
    again = queue.rerun(held.id, operator="olga", reason="another policy")
    assert (again.status, again.score, queue.best_scores()) == (SubmissionStatus.PENDING, None, {})
    claim = claimed(queue)
    assert claim.approved_rules is None
    assert claim.job_id == f"{held.id}-3"
    queue.finish(claim, completed())
    assert [each.number for each in queue.detail(held.id).rounds] == [1, 2, 3]


def test_what_is_not_there_is_not_found(queue: Queue) -> None:
    for ask in (queue.entry, queue.detail, queue.upload, lambda id: queue.resolve(id, APPROVE)):  # noqa: A006 - its name
        with pytest.raises(NotFoundError):
            ask("nothing")


def test_an_outage_burns_nothing(queue: Queue) -> None:
    """After two failures of the broker one submission at a time is tried, and loses no attempt by it."""
    for content in "abc":
        queue.accept(upload(content), ALICE)
    for _ in range(2):
        queue.retry(claimed(queue), AWAY)
    assert queue.state().open_breakers == ("broker",)
    assert queue.claim("w") is None
    for _ in range(3):
        wait_for_probe(queue)
        probe = claimed(queue)
        assert probe.is_probe
        assert queue.claim("other") is None
        queue.retry(probe, AWAY)
    wait_for_probe(queue)
    queue.finish(claimed(queue), completed())
    assert queue.state().open_breakers == ()
    assert sorted(entry.attempts for entry in queue.page(Filters()).entries) == [0, 1, 1]


def wait_for_probe(queue: Queue) -> None:
    """Let the time pass that is waited for a part, and that submissions wait for."""
    with queue.store.database.writing() as connection:
        connection.execute(update(breakers).values(away_until=0))
        connection.execute(update(entries).where(entries.c.status == "pending").values(due_at=0))


def test_only_an_answer_of_a_reviewer_ends_its_outage(queue: Queue) -> None:
    missing = Trouble(reason="llm/no-answer", text="no answer", part="reviewer")
    for content in "ab":
        queue.accept(upload(content), ALICE)
        queue.retry(claimed(queue), missing)
    wait_for_probe(queue)
    queue.finish(claimed(queue), decided(Outcome.REJECTED))
    assert queue.state().open_breakers == ("reviewer",)
    wait_for_probe(queue)
    answered = review(Outcome.HELD, stages=(Stage(name="review:llm", status=StageStatus.COMPLETED),))
    queue.finish(claimed(queue), msgspec.structs.replace(decided(Outcome.HELD), review=answered))
    assert queue.state().open_breakers == ()


def test_what_was_found_in_the_last_attempt_is_kept(store: Store) -> None:
    queue = Queue(store, QueueLimits(attempts=1))
    queue.accept(upload("a"), ALICE)
    trouble = msgspec.structs.replace(AWAY, conclusion=decided(Outcome.HELD))
    dead = queue.retry(claimed(queue), trouble)
    detail = queue.detail(dead.id)
    assert (dead.is_dead, len(detail.rounds)) == (True, 1)
    assert [each.act for each in detail.decisions] == [Act.VERDICT, Act.DEAD_LETTER]
    assert queue.resolve(dead.id, APPROVE).status is SubmissionStatus.PENDING


def test_a_list_goes_on_where_the_page_before_ended(store: Store) -> None:
    queue = Queue(store, QueueLimits(hotkey_waiting=100))
    handed_in = [queue.accept(upload(str(number)), ALICE).entry.id for number in range(7)]
    seen: list[str] = []
    cursor: str | None = None
    while True:
        page = queue.page(Filters(), cursor=cursor, limit=3)
        seen += [entry.id for entry in page.entries]
        queue.accept(upload(f"later {len(seen)}"), BOB)  # what comes in meanwhile moves nothing
        cursor = page.next
        if cursor is None:
            break
    assert seen == handed_in[::-1]


def test_a_list_shows_what_was_asked_for(queue: Queue) -> None:
    held = ended(queue, decided(Outcome.HELD), "a")
    good = ended(queue, completed(), "b")
    other = queue.accept(upload("c"), BOB).entry

    def shown(**chosen: object) -> list[str]:
        return [entry.id for entry in queue.page(Filters(**chosen)).entries]  # type: ignore[arg-type] # any of them

    assert shown(status=SubmissionStatus.HELD) == shown(rule="project/unparsable") == [held.id]
    assert shown(hotkey="bob") == shown(since=other.received_at) == [other.id]
    assert shown(before=other.received_at) == [good.id, held.id]
    assert shown(is_dead=True) == shown(rule="x/y") == []


@pytest.mark.parametrize("cursor", ["", "x", "AAAA", "AAAAAAAAAAA=", "//////////8", "AAZg8-uVVpYA", "é", "' OR 1=1"])
def test_what_is_no_cursor_is_refused(queue: Queue, cursor: str) -> None:
    with pytest.raises(RefusalError) as refused:
        queue.page(Filters(), cursor=cursor)
    assert refused.value.code == "cursor-invalid"


def test_the_state_counts_by_status(queue: Queue) -> None:
    ended(queue, completed())
    queue.accept(upload("b"), BOB)
    state = queue.state()
    assert {status: number for status, number in state.counts.items() if number} == {"completed": 1, "pending": 1}
    assert set(state.oldest_seconds) == {"completed", "pending"}


def test_what_has_ended_is_forgotten_with_all_that_is_known_of_it(queue: Queue) -> None:
    ended(queue, decided(Outcome.HELD), "a")
    waiting = queue.accept(upload("b"), ALICE).entry
    bob = queue.accept(upload("a"), BOB).entry
    assert queue.store.forget(hotkey="alice") == 1
    assert [entry.id for entry in queue.page(Filters()).entries] == [bob.id, waiting.id]
    assert queue.upload(bob.id) == upload("a")  # the same bytes, which are another's as well
    queue.finish(claimed(queue), completed())
    queue.finish(claimed(queue), completed())
    assert queue.store.forget(before=bob.received_at + 1) == 2
    with queue.store.database.reading() as connection:
        for table in (entries, rounds, uploads):
            assert connection.scalar(select(func.count()).select_from(table)) == 0
        assert list(audit.verify(connection)) == []

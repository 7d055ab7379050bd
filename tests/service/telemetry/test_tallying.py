"""What rounds and failures add to the counters, on both databases."""

import random
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest

from prism.core_rules import REVIEW_CRASHED
from prism.notebook import Usage
from prism.review import Review
from prism.runner.outcome import OutcomeStatus, RunOutcome
from prism.runner.result import Reason as RunReason
from prism.runner.result import RunResult
from prism.service.queue import Queue
from prism.service.records import Choice, Claim, Resolution
from prism.service.refusal import LeaseLostError
from prism.service.settling import Conclusion, Trouble
from prism.service.telemetry import tallying
from prism.store.store import Store
from prism.verdict import Outcome
from tests.service.conftest import LIMITS
from tests.service.deliveries import ALICE, TROUBLE, completed, decided, failed, review, upload


def claimed(queue: Queue, content: str) -> Claim:
    queue.accept(upload(content), ALICE)
    claim = queue.claim("tested")
    assert claim is not None
    return claim


def counted(queue: Queue, name: str) -> Mapping[str, float]:
    return queue.tallies().get(name, {})


def test_rejections_and_failures_are_separate_numbers(queue: Queue) -> None:
    for number, conclusion in enumerate((decided(Outcome.REJECTED), decided(Outcome.HELD), failed(), completed())):
        queue.finish(claimed(queue, str(number)), conclusion)
    assert counted(queue, "prism_rejections") == {"project/unparsable": 1}
    assert counted(queue, "prism_holds") == {"project/unparsable": 1}
    assert counted(queue, "prism_failures") == {"project-raised": 1}
    assert counted(queue, "prism_outcomes") == {"rejected": 1, "held": 1, "failed": 1, "completed": 1}
    assert counted(queue, "prism_reviews") == {"rejected": 1, "held": 1, "approved": 2}
    assert counted(queue, "prism_review_seconds") == {"2.5": 4, "sum": 6}
    assert counted(queue, "prism_run_seconds") == {"1": 2}


def test_a_round_that_is_not_recorded_is_not_counted(queue: Queue) -> None:
    claim = claimed(queue, "a")
    queue.finish(claim, completed())
    before = queue.tallies()
    with pytest.raises(LeaseLostError):
        queue.finish(claim, completed())
    with pytest.raises(LeaseLostError):
        queue.retry(claim, TROUBLE)
    assert queue.tallies() == before


def test_failures_of_ours_are_nobodys_failures(store: Store) -> None:
    queue = Queue(store, msgspec.structs.replace(LIMITS, attempts=2, first_wait_seconds=0.000_001))
    queue.accept(upload("a"), ALICE)
    for _ in range(2):
        claim = queue.claim("tested")
        assert claim is not None
        queue.retry(claim, msgspec.structs.replace(TROUBLE, part="broker"))
    assert counted(queue, "prism_troubles") == {"engine-unavailable": 2}
    assert counted(queue, "prism_broker_errors") == {"engine-unavailable": 2}
    assert counted(queue, "prism_dead_letters") == {"engine-unavailable": 1}
    assert not counted(queue, "prism_failures")
    assert counted(queue, "prism_outcomes") == {"held": 1}
    assert queue.state().dead == 1


def test_no_room_is_no_error_of_the_broker(queue: Queue) -> None:
    outcome = RunOutcome(status=OutcomeStatus.HELD, reason="", result=RunResult(reason=RunReason.RUNNER_BUSY))
    found = Conclusion(review=review(Outcome.APPROVED), outcome=outcome)
    queue.retry(claimed(queue, "a"), Trouble(reason="runner-busy", text="", is_counted=False, conclusion=found))
    assert counted(queue, "prism_troubles") == {"runner-busy": 1}
    assert not counted(queue, "prism_broker_errors")


def test_what_is_given_up_on_with_a_review_on_record_counts_as_that_and_is_paid_once(store: Store) -> None:
    queue = Queue(store, msgspec.structs.replace(LIMITS, attempts=1))
    usage = Usage(plugin="llm", model="m", requests=2, input_tokens=300, output_tokens=4, micro_usd=1_500_000)
    found = msgspec.structs.replace(decided(Outcome.HELD), review=paid_review(usage))
    entry = queue.retry(claimed(queue, "a"), Trouble(reason="llm/no-answer", text="", conclusion=found))
    assert len(queue.detail(entry.id).rounds) == 1
    assert counted(queue, "prism_reviews") == {"held": 1}
    assert counted(queue, "prism_holds") == {"project/unparsable": 1}
    assert counted(queue, "prism_reviewer_requests") == {"llm": 2}


def test_what_an_operator_rejects_has_come_to_its_end(queue: Queue) -> None:
    for number, choice in enumerate((Choice.REJECT, Choice.APPROVE)):
        entry = queue.finish(claimed(queue, str(number)), decided(Outcome.HELD))
        queue.resolve(entry.id, Resolution(choice=choice, operator="ada", reason="it is a copy"))
    assert counted(queue, "prism_outcomes") == {"held": 2, "rejected": 1}
    assert not counted(queue, "prism_rejections")


def test_a_guarded_process_that_was_ended_counts_by_its_rule(queue: Queue) -> None:
    killed = msgspec.structs.replace(review(Outcome.REJECTED), findings=(REVIEW_CRASHED.finding("it died"),) * 2)
    queue.finish(claimed(queue, "a"), msgspec.structs.replace(decided(Outcome.REJECTED), review=killed))
    assert counted(queue, "prism_guard_kills") == {"host/review-crashed": 1}


def test_a_run_that_the_engine_failed_counts_as_the_brokers_error(queue: Queue) -> None:
    result = RunResult(reason=RunReason.EVALUATOR_ERROR, wall_seconds=7)
    outcome = RunOutcome(status=OutcomeStatus.HELD, reason="evaluator-error: it failed", result=result)
    queue.finish(claimed(queue, "a"), Conclusion(review=review(Outcome.APPROVED), outcome=outcome))
    assert counted(queue, "prism_broker_errors") == {"evaluator-error": 1}
    assert counted(queue, "prism_run_seconds") == {"10": 1, "sum": 7}
    assert not counted(queue, "prism_failures")


def test_what_models_took_counts_also_when_the_attempt_failed(queue: Queue) -> None:
    usage = Usage(plugin="llm", model="m", requests=2, input_tokens=300, output_tokens=4, micro_usd=1_500_000)
    paid = msgspec.structs.replace(decided(Outcome.HELD), review=paid_review(usage))
    queue.retry(claimed(queue, "a"), Trouble(reason="llm/no-answer", text="", part="reviewer", conclusion=paid))
    queue.finish(claimed(queue, "b"), paid)
    assert counted(queue, "prism_reviewer_requests") == {"llm": 4}
    assert counted(queue, "prism_reviewer_tokens") == {"llm": 608}
    assert counted(queue, "prism_reviewer_cost_usd") == {"llm": 3.0}
    assert counted(queue, "prism_troubles") == {"llm/no-answer": 1}
    assert not counted(queue, "prism_broker_errors")


def test_many_who_count_at_once_lose_nothing_and_wait_for_nobody_in_a_circle(store: Store) -> None:
    names = [(f"name{number}", "label", 1.0) for number in range(20)]

    def count(seed: int) -> None:
        for _ in range(10):
            with store.database.writing() as connection:
                tallying.add(connection, iter(random.Random(seed).sample(names, len(names))))  # noqa: S311 - an order

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(count, range(4)))
    assert Queue(store).tallies() == {name: {"label": 40.0} for name, _, _ in names}


def test_what_is_no_word_becomes_no_series(queue: Queue) -> None:
    for number, reason in enumerate(("x" * 101, 'a"} 1\nb', "", "\u202e")):
        queue.retry(claimed(queue, str(number)), Trouble(reason=reason, text=""))
    assert counted(queue, "prism_troubles") == {"other": 4}


def paid_review(usage: Usage) -> Review:
    return msgspec.structs.replace(review(Outcome.HELD), usage=(usage,))

"""What a finished round, or one that failed by our fault, adds to the counters; and the counters in the database.

They stand in the transaction that records the round: a round is counted if it is on record, and once.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from sqlalchemy import Connection, Text, bindparam, select, text

from prism.core_rules import REVIEW_BUDGET, REVIEW_CRASHED
from prism.review import Review
from prism.runner.outcome import OutcomeStatus, RunOutcome
from prism.runner.result import OURS, RunStatus
from prism.service.telemetry import families
from prism.service.telemetry.families import Durations, Family
from prism.store.queue_tables import tallies
from prism.verdict import Outcome

INFINITE: Final = "+Inf"
SUM: Final = "sum"
OTHER: Final = "other"
MICRO: Final = 1_000_000
_WORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9_./-]{0,99}")
_ADD: Final = text(
    "INSERT INTO tallies (name, label, value) VALUES (:name, :label, :value) "
    "ON CONFLICT (name, label) DO UPDATE SET value = tallies.value + excluded.value"
).bindparams(bindparam("name", type_=Text), bindparam("label", type_=Text))

Amounts = Iterator[tuple[str, str, float]]
"""Name of the counter, label, and by how much it grows."""


def of_round(review: Review, outcome: RunOutcome) -> Amounts:
    """What a round that is on record adds."""
    yield _one(families.OUTCOMES, str(outcome.status))
    yield from _of_review(review)
    yield from _of_usage(review)
    yield from _of_run(outcome)


def of_trouble(reason: str, *, is_broker: bool, review: Review | None, outcome: RunOutcome | None) -> Amounts:
    """What an attempt adds that failed by our fault; models may have been paid for it all the same."""
    yield _one(families.TROUBLES, reason)
    if is_broker:
        yield _one(families.BROKER_ERRORS, reason)
    if review is not None:
        yield from _of_usage(review)
    if outcome is not None and outcome.result is not None:
        yield from _took(families.RUN_SECONDS, outcome.result.wall_seconds)


def of_burial(reason: str, review: Review | None = None) -> Amounts:
    """What a submission adds that is given up on, besides its last attempt; with a review, if that is put on record."""
    yield _one(families.DEAD_LETTERS, reason)
    yield _one(families.OUTCOMES, str(OutcomeStatus.HELD))
    if review is not None:
        yield from _of_review(review)


def of_refusal() -> Amounts:
    """What a held submission adds that an operator rejects."""
    yield _one(families.OUTCOMES, str(OutcomeStatus.REJECTED))


def _of_review(review: Review) -> Amounts:
    yield _one(families.REVIEWS, str(review.verdict))
    yield from _took(families.REVIEW_SECONDS, review.timings.total_seconds)
    for outcome, family in ((Outcome.REJECTED, families.REJECTIONS), (Outcome.HELD, families.HOLDS)):
        if review.verdict is outcome:
            yield from (
                _one(family, rule) for rule in {each.rule for each in review.reasons if each.outcome is outcome}
            )
    for rule in {each.rule for each in review.findings} & {REVIEW_BUDGET.id, REVIEW_CRASHED.id}:
        yield _one(families.GUARD_KILLS, rule)


def _of_usage(review: Review) -> Amounts:
    for usage in review.usage:
        plugin = _label(usage.plugin)
        yield families.REVIEWER_REQUESTS.name, plugin, usage.requests
        yield families.REVIEWER_TOKENS.name, plugin, usage.input_tokens + usage.output_tokens
        yield families.REVIEWER_COST.name, plugin, usage.micro_usd / MICRO


def _of_run(outcome: RunOutcome) -> Amounts:
    result = outcome.result
    if result is None:
        return
    yield from _took(families.RUN_SECONDS, result.wall_seconds)
    if result.reason in OURS:
        yield _one(families.BROKER_ERRORS, str(result.reason))
    elif result.status is not RunStatus.COMPLETED:
        yield _one(families.FAILURES, str(result.reason))


def _one(family: Family, label: str) -> tuple[str, str, float]:
    return family.name, _label(label), 1


def _label(given: str) -> str:
    """A word as it is. Whatever else a plugin should call its rules and reasons does not become a series."""
    return given if _WORD.fullmatch(given) else OTHER


def _took(durations: Durations, seconds: float) -> Amounts:
    place = bisect_left(durations.bounds, seconds)
    bound = f"{durations.bounds[place]:g}" if place < len(durations.bounds) else INFINITE
    yield durations.name, bound, 1
    yield durations.name, SUM, max(0.0, seconds)


def add(connection: Connection, amounts: Amounts) -> None:
    """Let the counters grow; come last in a transaction, others wait for these rows until it is over."""
    sums: Counter[tuple[str, str]] = Counter()
    for name, label, value in amounts:
        sums[name, label] += value  # type: ignore[assignment] # a counter of amounts, not of things
    # In one order, so that two who add cannot wait for each other.
    rows = [{"name": name, "label": label, "value": value} for (name, label), value in sorted(sums.items()) if value]
    if rows:
        connection.execute(_ADD, rows)


def read(connection: Connection) -> Mapping[str, Mapping[str, float]]:
    """By name and label, what was counted so far."""
    found: dict[str, dict[str, float]] = {}
    for name, label, value in connection.execute(select(tallies)):
        found.setdefault(name, {})[label] = value
    return found

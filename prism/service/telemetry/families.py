"""Every number that the service counts in its database, with the one label that it has.

Labels are words of PRISM, of the policy and of its plugins. Nothing that a miner chooses becomes one, so nobody can
make the list of series grow by handing something in.
"""

from typing import Final, NamedTuple

from prism.runner.outcome import OutcomeStatus
from prism.runner.result import OURS, Reason
from prism.verdict import Outcome


class Family(NamedTuple):
    """One number that only grows, for each value of its label."""

    name: str
    """As Prometheus has it, without ``_total``."""
    help: str
    label: str
    known: tuple[str, ...] = ()
    """Values of the label that are there from the beginning, with 0: an alert has to see the first one as a change."""


class Durations(NamedTuple):
    """How long something took, as a histogram."""

    name: str
    help: str
    bounds: tuple[float, ...]
    """Upper bounds of its buckets in seconds, without the infinite one."""


REVIEWS: Final = Family(
    "prism_reviews", "Reviews on record, by verdict.", "verdict", tuple(str(each) for each in Outcome)
)
OUTCOMES: Final = Family(
    "prism_outcomes",
    "Ends that submissions came to, by status.",
    "status",
    tuple(str(each) for each in OutcomeStatus),
)
REJECTIONS: Final = Family("prism_rejections", "Rules for which reviews rejected a submission.", "rule")
HOLDS: Final = Family("prism_holds", "Rules for which reviews held a submission.", "rule")
FAILURES: Final = Family(
    "prism_failures",
    "Runs that failed by the submission's own fault, by reason.",
    "reason",
    tuple(sorted(str(each) for each in Reason if each not in OURS and each is not Reason.COMPLETED)),
)
TROUBLES: Final = Family(
    "prism_troubles",
    "Attempts that failed by no fault of the submission, by reason.",
    "reason",
    tuple(sorted(map(str, OURS))),
)
BROKER_ERRORS: Final = Family(
    "prism_broker_errors",
    "Runs that broker, engine, image or evaluator failed, by reason.",
    "reason",
    tuple(sorted(map(str, OURS - {Reason.RUNNER_BUSY}))),
)
DEAD_LETTERS: Final = Family(
    "prism_dead_letters",
    "Submissions given up on by no fault of theirs, by reason.",
    "reason",
    tuple(sorted(map(str, OURS))),
)
GUARD_KILLS: Final = Family(
    "prism_guard_kills",
    "Reviews in which the guarded process died or was ended, by the rule that says so.",
    "rule",
    ("host/review-budget", "host/review-crashed"),
)
REVIEWER_REQUESTS: Final = Family("prism_reviewer_requests", "Requests to models, by plugin.", "plugin")
REVIEWER_TOKENS: Final = Family("prism_reviewer_tokens", "Tokens that models read and wrote, by plugin.", "plugin")
REVIEWER_COST: Final = Family("prism_reviewer_cost_usd", "US dollars that models cost, by plugin.", "plugin")
OF_REVIEWERS: Final = (REVIEWER_REQUESTS, REVIEWER_TOKENS, REVIEWER_COST)
COUNTED: Final = (
    *(REVIEWS, OUTCOMES, REJECTIONS, HOLDS, FAILURES, TROUBLES, BROKER_ERRORS, DEAD_LETTERS, GUARD_KILLS),
    *OF_REVIEWERS,
)
REVIEW_SECONDS: Final = Durations(
    "prism_review_seconds", "Wall seconds of reviews.", (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600)
)
RUN_SECONDS: Final = Durations(
    "prism_run_seconds", "Wall seconds of runs.", (1, 5, 10, 30, 60, 300, 600, 1_800, 3_600, 7_200, 21_600, 86_400)
)
TIMED: Final = (REVIEW_SECONDS, RUN_SECONDS)

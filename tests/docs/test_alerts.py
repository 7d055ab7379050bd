"""Prometheus itself says when each alert fires: at what an operator has to know of, and not on an ordinary day."""

import json
import subprocess
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from tests.deployment.programs import program
from tests.docs.test_monitoring import ALERTS, MONITORING

ROUTE: Final = 'route="/internal/v1/bridge/submissions"'
TAKEN, REFUSED, BROKEN = (f'prism_http_requests_total{{{ROUTE},status="{each}"}}' for each in (202, 401, 503))
PENDING, HELD = (f'prism_oldest_submission_seconds{{status="{each}"}}' for each in ("pending", "held"))
COMPLETED, FAILED = (f'prism_outcomes_total{{status="{each}"}}' for each in ("completed", "failed"))
UP = tuple(f'prism_store_up{{instance="{each}"}}' for each in "ab")
BUILD = tuple(f'prism_build_info{{instance="{each}",policy_digest="{each}"}}' for each in "ab")
GUARD: Final = 'prism_guard_kills_total{rule="host/review-crashed"}'
UNDECLARED: Final = 'prism_failures_total{reason="undeclared-capability"}'
ENGINE: Final = 'prism_broker_errors_total{reason="engine-unavailable"}'
COST: Final = 'prism_reviewer_cost_usd_total{plugin="llm"}'
AWAY: Final = 'prism_part_away{part="broker"}'
WAITING: Final = 'prism_submissions{status="pending"}'
DEAD: Final = "prism_dead_submissions"


def reviews(verdict: str) -> str:
    return f'prism_reviews_total{{verdict="{verdict}"}}'


def within(seconds: str) -> str:
    return f'prism_review_seconds_bucket{{le="{seconds}"}}'


ORDINARY: Final = {
    # What a cluster and Prometheus ask by themselves, and an upload now and then; a value a minute.
    **{f'prism_http_requests_total{{route="/{each}",status="200"}}': "0+12x240" for each in ("health", "ready")},
    'prism_http_requests_total{route="/metrics",status="200"}': "0+4x240",
    TAKEN: "0+1x240",
    REFUSED: "0x100 1x140",
    BROKEN: "0x100 1x140",
    **dict.fromkeys(UP, "1x240"),
    BUILD[0]: "1x240",
    AWAY: "0x100 1x3 0x137",
    DEAD: "0x240",
    WAITING: "3x240",
    PENDING: "600x240",
    HELD: "7200x240",
    COMPLETED: "0+1x240",
    FAILED: "0+0.2x240",
    reviews("approved"): "0+1x240",
    reviews("held"): "0+0.1x240",
    reviews("rejected"): "0+1x240",
    GUARD: "0x100 1x140",
    UNDECLARED: "0x240",
    ENGINE: "0x100 2x140",
    within("60"): "0+1x240",
    within("+Inf"): "0+1x240",
    COST: "0+0.01x240",
}


class Case(NamedTuple):
    """What happens instead of the ordinary, and how soon the operator is told what."""

    alert: str
    minutes: int
    summary: str
    instead: dict[str, str]
    label: tuple[str, str] | None = None
    """What it is about, besides its severity."""


CASES: Final = (
    Case("PrismSilent", 6, "No process of the API answers", dict.fromkeys(ORDINARY, "_x240")),
    Case("PrismStoreAway", 64, "The database does not answer", dict.fromkeys(UP, "1x60 0x180")),
    Case("PrismServerErrors", 90, "50% of the answers are server errors", {BROKEN: "0x60 0+1x180"}),
    Case("PrismWrongTokens", 30, "0.50 requests a second come without the token", {REFUSED: "0+30x240"}),
    Case(
        "PrismBridgeClosed",  # an upload in a quarter of an hour has to be enough
        130,
        "Nothing that Platform has handed over within an hour was taken in",
        {TAKEN: "0+1x60 60x180", REFUSED: "0x60 " + " ".join(f"{each}x14" for each in range(1, 12))},
    ),
    Case("PrismPoliciesDiffer", 32, "Processes of the API have different policies in force", {BUILD[1]: "1x240"}),
    Case("PrismPartAway", 66, "The broker is away", {AWAY: "0x60 1x180"}, ("part", "broker")),
    Case("PrismDeadSubmissions", 61, "Given up on by no fault of theirs: 2", {DEAD: "0x60 2x180"}),
    Case("PrismQueueOld", 40, "A submission has waited for 1h 15m 0s", {PENDING: "2100+60x240"}),
    Case(
        "PrismNothingEnds",
        125,
        "Submissions wait, and none has come to its end for half an hour",
        {COMPLETED: "0+1x60 60x180", FAILED: "0x240"},
    ),
    Case("PrismHeldLong", 61, "A held submission waits for a person since 1d 0h 0m 1s", {HELD: "7200x60 86401x180"}),
    Case("PrismMostAreRejected", 90, "90.91% of the reviews reject", {reviews("approved"): "0x240"}),
    Case(
        "PrismGuardKills",
        61,
        "6 reviews in an hour brought the guarded process to its end (host/review-crashed)",
        {GUARD: "0x60 6x180"},
        ("rule", "host/review-crashed"),
    ),
    Case("PrismMostRunsFail", 90, "66.67% of the runs fail", {FAILED: "0+2x240"}),
    Case("PrismUndeclaredCapability", 62, "A run did what its review had ruled out", {UNDECLARED: "0x60 1x180"}),
    Case(
        "PrismBrokerErrors",
        75,
        "4 runs failed by no fault of theirs (engine-unavailable)",
        {ENGINE: "0x60 4x180"},
        ("reason", "engine-unavailable"),
    ),
    Case(
        "PrismReviewsSlow",
        180,
        "One review in ten takes longer than 9m 6s",
        {within("60"): "0x240", within("600"): "0+1x240"},
    ),
    Case("PrismReviewersCost", 120, "Models have cost 120.00 US dollars within a day", {COST: "0+1x240"}),
)


def evaluated(folder: Path, instead: dict[str, str], **expected: Any) -> None:  # noqa: ANN401 - what promtool takes
    """Have Prometheus evaluate all rules; what they come to must be what is expected."""
    series = [{"series": name, "values": values} for name, values in {**ORDINARY, **instead}.items()]
    test = {"interval": "1m", "input_series": series, **expected}
    file = folder / "test.yaml"
    rules = str(MONITORING / "prism-alerts.yaml")
    file.write_text(json.dumps({"rule_files": [rules], "evaluation_interval": "1m", "tests": [test]}))
    done = subprocess.run(
        [program("promtool"), "test", "rules", str(file)], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def firing(minutes: int, *alerts: str) -> list[dict[str, Any]]:
    """That these alerts fire at a minute, and no others."""
    samples = [{"labels": f'{{alertname="{each}"}}', "value": 1} for each in alerts]
    expression = 'group by (alertname) (ALERTS{alertstate="firing"})'
    return [{"expr": expression, "eval_time": f"{minutes}m", "exp_samples": samples}]


@pytest.mark.parametrize("minutes", [30, 104, 240])
def test_an_ordinary_day_is_quiet(tmp_path: Path, minutes: int) -> None:
    evaluated(tmp_path, {}, promql_expr_test=firing(minutes))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.alert)
def test_each_alert_fires_alone_and_says_what_is_wrong(tmp_path: Path, case: Case) -> None:
    (rule,) = (each for each in ALERTS if each["alert"] == case.alert)
    told = {
        "exp_labels": {**rule["labels"], **dict([case.label] if case.label else [])},
        "exp_annotations": {**rule["annotations"], "summary": case.summary},
    }
    evaluated(
        tmp_path,
        case.instead,
        promql_expr_test=firing(case.minutes, case.alert),
        alert_rule_test=[{"alertname": case.alert, "eval_time": f"{case.minutes}m", "exp_alerts": [told]}],
    )


def test_every_alert_is_tried() -> None:
    assert sorted(case.alert for case in CASES) == sorted(rule["alert"] for rule in ALERTS)

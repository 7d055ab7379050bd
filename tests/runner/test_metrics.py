"""Which line counts, and what its numbers must be: forgeries, poison and floods are all refused."""

import json
import math
from typing import Any

import pytest

from prism.evaluator.job import RESULT_MARK
from prism.policy.metric_names import name_fault
from prism.runner.metrics import KNOWN_METRICS, MAX_LINE_BYTES, MetricsError, checked_metrics, parse_report

NONCE = "5f" * 32
REPORT: dict[str, Any] = {
    "fault": None,
    "detail": "",
    "metrics": {"heldout_bits_per_byte": 2.5, "parameters": 10},
    "limits_hit": ["pids"],
    "usage": {"cpu_seconds": 1.5, "peak_memory_bytes": None},
    "log_tail": "printed",
}


def line(report: object = REPORT, *, nonce: str = NONCE) -> bytes:
    text = report if isinstance(report, str) else json.dumps(report)
    return f"{RESULT_MARK} {nonce} {text}\n".encode()


def test_the_one_line_with_the_nonce_is_found_in_any_noise() -> None:
    noise = b"PRISM-RESULT 0 {}\n\xff\xfe\x00" + b"x" * 1000 + line(nonce="00" * 32) + b" " + line() + b"half"

    assert parse_report(noise + b"\n" + line() + b"PRISM-RESULT", NONCE).metrics["heldout_bits_per_byte"] == 2.5


@pytest.mark.parametrize(
    "stdout",
    [b"", b"\n", line(nonce="00" * 32), b" " + line(), line() + line(), line()[:-40], line().lower()],
    ids=["nothing", "empty line", "other nonce", "not at the line's start", "twice", "cut off", "lower case"],
)
def test_without_exactly_one_whole_line_there_is_no_report(stdout: bytes) -> None:
    with pytest.raises(MetricsError):
        parse_report(stdout, NONCE)


def changed(**parts: object) -> dict[str, Any]:
    return REPORT | parts


@pytest.mark.parametrize(
    "report",
    [
        "",
        "[]",
        "{",
        "null",
        "[" * 50_000,
        json.dumps(REPORT) + " trailing",
        json.dumps(REPORT).replace("2.5", "NaN"),
        json.dumps(REPORT).replace("2.5", "-Infinity"),
        json.dumps(REPORT).replace("2.5", "1e999"),
        json.dumps(REPORT).replace("2.5", "9" * 5000),
        json.dumps(REPORT).replace('"parameters"', '"heldout_bits_per_byte"'),
        json.dumps(REPORT).replace('"detail"', '"metrics"'),
        changed(metrics={"heldout_bits_per_byte": "2.5"}),
        changed(metrics={"heldout_bits_per_byte": True}),
        changed(metrics={"heldout_bits_per_byte": None}),
        changed(metrics=[2.5]),
        changed(extra=1),
        changed(limits_hit=["pids"] * 33),
        changed(detail="d" * 2_001),
        changed(detail="\ud800"),
        changed(log_tail="l" * 8_193),
        changed(usage={"cpu_seconds": "1"}),
        {key: value for key, value in REPORT.items() if key != "fault"},
        changed(log_tail="x" * MAX_LINE_BYTES),
    ],
)
def test_what_is_no_report_is_refused(report: object) -> None:
    with pytest.raises(MetricsError):
        checked_metrics(parse_report(line(report), NONCE).metrics, {})


def test_known_finite_metrics_pass_an_empty_schema() -> None:
    metrics = {"heldout_bits_per_byte": 2.5, "parameters": 10.0}

    assert checked_metrics(metrics, {}) == metrics


@pytest.mark.parametrize(
    "metrics",
    [
        {},
        {"accuracy": 1.0},
        {"heldout_bits_per_byte": math.nan},
        {"heldout_bits_per_byte": math.inf},
        {"Parameters": 1.0},
        {"parameters\n": 1.0},
        {f"name_{number}": 1.0 for number in range(65)},
    ],
)
def test_no_unknown_and_not_finite_metrics_are_refused(metrics: dict[str, float]) -> None:
    with pytest.raises(MetricsError):
        checked_metrics(metrics, {"properties": {"name_1": {}}})


@pytest.mark.parametrize(
    "unknown",
    [("parameters",), ("train_flops", "train_flops"), ("no_such_count",), tuple(f"name_{n}_count" for n in range(64))],
)
def test_what_is_unknown_has_a_known_name_and_no_number(unknown: tuple[str, ...]) -> None:
    schema: dict[str, Any] = {"properties": {f"name_{n}_count": {} for n in range(64)}}
    with pytest.raises(MetricsError):
        checked_metrics({"parameters": 1.0}, schema, unknown=unknown)


def test_every_built_in_metric_ends_with_its_unit() -> None:
    assert [name_fault(name) for name in KNOWN_METRICS] == [""] * len(KNOWN_METRICS)


SCHEMA = {
    "type": "object",
    "required": ["heldout_bits_per_byte"],
    "properties": {"heldout_bits_per_byte": {"minimum": 0.5, "maximum": 8}, "own_score": {"type": "number"}},
    "additionalProperties": False,
}


def test_a_policys_schema_names_more_metrics_and_bounds_them() -> None:
    metrics = {"heldout_bits_per_byte": 2.5, "own_score": 1.0}

    assert checked_metrics(metrics, SCHEMA) == metrics


@pytest.mark.parametrize(
    "metrics",
    [
        {"own_score": 1.0},
        {"heldout_bits_per_byte": 0.4},
        {"heldout_bits_per_byte": 9.0},
        {"heldout_bits_per_byte": 2.0, "parameters": 1.0},
    ],
)
def test_what_a_policys_schema_refuses_is_refused(metrics: dict[str, float]) -> None:
    with pytest.raises(MetricsError, match="metrics_schema"):
        checked_metrics(metrics, SCHEMA)

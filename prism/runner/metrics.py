"""The one line of a container's output that counts, and the checks its numbers must pass."""

import json
import math
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta

from prism.evaluator.job import RESULT_MARK
from prism.evaluator.observation import MAX_OBSERVATIONS
from prism.policy.metric_names import name_fault
from prism.runner.tripwire import Observation

KNOWN_METRICS = frozenset(
    {
        "heldout_bits_per_byte",
        "train_bits_per_byte",
        "parameters",
        "state_bytes",
        "train_tokens",
        "train_seconds",
        "train_tokens_per_second",
        "train_flops",
        "predict_tokens_per_second",
        "predict_flops",
        "wall_seconds",
    }
)
"""What the built-in evaluation reports; an evaluation of one's own names more in the policy's ``metrics_schema``."""
MAX_LINE_BYTES = 64 * 1024
MAX_METRICS = 64
MOST_OBSERVATIONS = MAX_OBSERVATIONS + 8  # what was done to the tripwire itself is always kept


class MetricsError(Exception):
    """There is no result line, or what it says must not be believed; the message says why and is safe to log."""


class Usage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the run used, as the supervisor read it from the kernel."""

    cpu_seconds: float | None = None
    peak_memory_bytes: float | None = None


class Report(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The supervisor's report."""

    fault: Annotated[str, Meta(max_length=100)] | None
    detail: Annotated[str, Meta(max_length=2_000)]
    metrics: dict[str, float]
    unknown: tuple[str, ...] = ()
    """Metrics that could not be measured."""
    limits_hit: Annotated[tuple[Annotated[str, Meta(max_length=100)], ...], Meta(max_length=32)]
    usage: Usage
    log_tail: Annotated[str, Meta(max_length=8_192)]
    observed: Annotated[tuple[Observation, ...], Meta(max_length=MOST_OBSERVATIONS)] | None = None
    """What the tripwire saw; ``None`` from an evaluator without one."""


_Form = TypeVar("_Form")


def parse_report(stdout: bytes, nonce: str) -> Report:
    """The report of an evaluation; see :func:`parse_line`."""
    return parse_line(stdout, nonce, Report)


def parse_line(stdout: bytes, nonce: str, form: type[_Form]) -> _Form:
    """The report, of the given form, in the one line that begins with the mark and the nonce; everything else is noise.

    Raises:
        MetricsError: no such line, more than one, or one that is not a report.
    """
    mark = f"{RESULT_MARK} {nonce} ".encode()
    lines = [line for line in stdout.split(b"\n") if line.startswith(mark)]
    if len(lines) != 1:
        raise MetricsError(f"{len(lines)} result lines with this run's nonce; there must be exactly one")
    if len(lines[0]) > MAX_LINE_BYTES:
        raise MetricsError(f"the result line is longer than {MAX_LINE_BYTES} bytes")
    try:
        document = json.loads(
            lines[0].removeprefix(mark), object_pairs_hook=_without_duplicates, parse_constant=_no_constant
        )
        json.dumps(document, ensure_ascii=False).encode()  # half a character could not be passed on
        return msgspec.convert(document, form)
    except (ValueError, RecursionError, msgspec.ValidationError) as error:
        raise MetricsError(f"the result line is not a report: {ascii(str(error))[:200]}") from error


def checked_metrics(
    metrics: dict[str, float], schema: dict[str, Any], *, unknown: tuple[str, ...] = ()
) -> dict[str, float]:
    """The metrics, which are finite, of known names and as the policy's schema wants them.

    Args:
        metrics: the numbers by name.
        schema: the policy's JSON Schema for them.
        unknown: names of those that could not be measured.

    Raises:
        MetricsError: they are not.
    """
    known = KNOWN_METRICS | set(schema.get("properties", {}))
    if not metrics or len(metrics) + len(unknown) > MAX_METRICS:
        raise MetricsError(f"{len(metrics)} metrics; there must be 1 to {MAX_METRICS}")
    if len({*metrics, *unknown}) != len(metrics) + len(unknown):
        raise MetricsError("a metric is both measured and unknown, or named twice")
    for name in (*metrics, *unknown):
        if name_fault(name) or name not in known:
            raise MetricsError(f"unknown metric {ascii(name)[:80]}; the policy's metrics_schema names none like it")
    for name, value in metrics.items():
        if not math.isfinite(value):
            raise MetricsError(f"metric {name} is not a finite number")
    _check_schema(metrics, schema)
    return metrics


def _check_schema(metrics: dict[str, float], schema: dict[str, Any]) -> None:
    from jsonschema import Draft202012Validator

    problems = sorted(error.message for error in Draft202012Validator(schema).iter_errors(metrics))
    if problems:
        raise MetricsError(f"the metrics do not match the policy's metrics_schema: {ascii(problems[0])[:200]}")


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name occurs twice")
    return found


def _no_constant(constant: str) -> float:
    raise ValueError(f"{constant} is not a finite number")

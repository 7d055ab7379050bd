"""How a container's end becomes a result: every doubt ends without metrics, and never as the miner's success."""

import json
from pathlib import Path
from typing import Any

import pytest

from prism.errors import RunnerError
from prism.evaluator import supervisor
from prism.evaluator.fault import Fault
from prism.evaluator.frames import Inbox
from prism.evaluator.job import (
    EVALUATOR_ERROR,
    GPU_UNAVAILABLE,
    JOB_UNUSABLE,
    LIMIT_UNSUPPORTED,
    READY_LINE,
    RESULT_MARK,
    RUN_DISTURBED,
    unpacked,
)
from prism.evaluator.process import OutputLog
from prism.policy.model import EvaluationPolicy, RunnerPolicy
from prism.runner.broker import ContainerRecord, Ending, RunningJob
from prism.runner.result import OURS, SENTENCES, Reason, RunStatus
from prism.runner.run import Texts, judged, make_job, make_spec, run_snapshot
from prism.runner.spec import RunSpec
from prism.snapshot import Snapshot

NONCE = "5f" * 32
ENTRYPOINTS = {"architecture": "model.py", "training": "parts/__init__.py"}
PROJECT = Snapshot.of({"model.py": b"pass", "parts/__init__.py": b""})
METRICS = {"heldout_bits_per_byte": 2.5, "parameters": 10.0}


def report(**parts: object) -> str:
    document = {"fault": None, "detail": "", "metrics": METRICS, "limits_hit": [], "usage": {}, "log_tail": ""} | parts
    return f"{RESULT_MARK} {NONCE} {json.dumps(document)}\n"


def record(stdout: str = f"{READY_LINE}\n{report()}", **parts: object) -> ContainerRecord:
    whole: dict[str, Any] = {
        "ending": Ending.BY_ITSELF,
        "exit_code": 0,
        "out_of_memory": False,
        "stdout": stdout.encode(),
        "stderr": b"",
        "wall_seconds": 1.0,
    }
    return ContainerRecord(**(whole | parts))


def test_a_whole_report_of_a_container_that_ended_well_completes() -> None:
    result = judged(record(), NONCE, RunnerPolicy())

    assert (result.status, result.submission_status, result.metrics) == (RunStatus.COMPLETED, "completed", METRICS)


@pytest.mark.parametrize(
    ("ended", "reason"),
    [
        (record(out_of_memory=True), Reason.MEMORY_LIMIT),
        (record(ending=Ending.TIME_LIMIT), Reason.TIME_LIMIT),
        (record(ending=Ending.OUTPUT_LIMIT), Reason.OUTPUT_LIMIT),
        (record(exit_code=1), Reason.NO_RESULT),
        (record(exit_code=137), Reason.RUN_DISTURBED),
        (record(f"{READY_LINE}\n", exit_code=137), Reason.RUN_DISTURBED),
        (record(f"{READY_LINE}\n", exit_code=137, out_of_memory=True), Reason.MEMORY_LIMIT),
        (record(f"{READY_LINE}\n{report(fault='run-disturbed')}", out_of_memory=True), Reason.RUN_DISTURBED),
        (record(f"{READY_LINE}\n"), Reason.NO_RESULT),
        (record(f"{READY_LINE}\n{report()}{report()}"), Reason.BAD_METRICS),
        (record(f"{READY_LINE}\n{report(metrics={})}"), Reason.BAD_METRICS),
        (record(f"{READY_LINE}\n{report(metrics={'own': 1.0})}"), Reason.BAD_METRICS),
        (record(report()), Reason.EVALUATOR_ERROR),
        (record(""), Reason.EVALUATOR_ERROR),
        (record("", exit_code=127), Reason.EVALUATOR_ERROR),
        (record("", ending=Ending.TIME_LIMIT), Reason.EVALUATOR_ERROR),
        (record(f"{READY_LINE}\n{report(fault='no-such-fault', metrics={})}"), Reason.EVALUATOR_ERROR),
        (record(f"{READY_LINE}\n{report(fault='completed', metrics={})}"), Reason.EVALUATOR_ERROR),
    ],
)
def test_anything_that_speaks_against_it_leaves_no_metrics(ended: ContainerRecord, reason: Reason) -> None:
    result = judged(ended, NONCE, RunnerPolicy())

    assert result.reason is reason
    assert result.metrics == {}
    assert result.status is not RunStatus.COMPLETED


@pytest.mark.parametrize(
    "code", [*Fault, EVALUATOR_ERROR, JOB_UNUSABLE, LIMIT_UNSUPPORTED, RUN_DISTURBED, GPU_UNAVAILABLE]
)
def test_every_code_the_supervisor_can_report_is_a_reason(code: str) -> None:
    result = judged(record(f"{READY_LINE}\n{report(fault=code)}"), NONCE, RunnerPolicy())

    assert result.reason == code
    assert result.metrics == {}
    assert result.submission_status == ("failed" if code in set(Fault) else "held")


def test_every_reason_has_its_sentence_and_only_ours_hold() -> None:
    assert set(SENTENCES) == set(Reason)
    assert all(("kept for the operator" in SENTENCES[reason]) == (reason in OURS) for reason in Reason)


def test_what_was_printed_reaches_the_operator_escaped_and_bounded() -> None:
    said = report(fault="project-raised", detail="\x1b[2Jboom\u202e", log_tail="tail\nof it\x07" * 400)
    result = judged(record(f"{READY_LINE}\n{said}", stderr=b"\x1b]0;x\x07" * 50_000), NONCE, RunnerPolicy())

    assert result.log_tail.replace("\n", "").isprintable()
    assert "\\x1b[2Jboom\\u202e" in result.log_tail
    assert len(result.log_tail) < 8_100


def test_the_longest_output_of_a_supervisor_fits_into_what_platforms_broker_keeps_of_a_log() -> None:
    log = OutputLog(10_000)
    log.take(b"\xff" * 10_000)
    longest = report(
        fault="project-raised",
        detail="\U0001f600" * supervisor._DETAIL_CHARACTERS,
        log_tail=log.tail(),
        metrics=dict.fromkeys((f"metric_{number:057}" for number in range(64)), 1.2345678901234567e-300),
    )

    assert len(f"{READY_LINE}\n\n{longest}\n".encode()) < 64_000
    assert judged(record(f"{READY_LINE}\n{longest}"), NONCE, RunnerPolicy()).reason is Reason.PROJECT_RAISED


def test_a_child_that_was_killed_for_memory_makes_it_the_runs_reason() -> None:
    result = judged(record(f"{READY_LINE}\n{report(limits_hit=['memory_bytes', 'pids'])}"), NONCE, RunnerPolicy())

    assert (result.reason, result.limits_hit, result.metrics) == (Reason.MEMORY_LIMIT, ("memory_bytes", "pids"), {})


def test_a_policys_schema_for_metrics_counts() -> None:
    policy = RunnerPolicy(metrics_schema={"properties": {"parameters": {"maximum": 5}}})

    assert judged(record(), NONCE, policy).reason is Reason.BAD_METRICS


@pytest.mark.parametrize(("tokens", "steps"), [(0, 60), (1024, 1), (2047, 1), (2048, 2), (10**9, 60)])
def test_a_budget_of_tokens_ends_training_before_the_steps_do(tokens: int, steps: int) -> None:
    policy = RunnerPolicy(evaluation=EvaluationPolicy(train_tokens=tokens))

    assert make_job(PROJECT, ENTRYPOINTS, policy, texts=Texts(), nonce=NONCE).settings.steps == steps


def test_a_budget_of_less_than_a_batch_holds_the_submission() -> None:
    policy = RunnerPolicy(evaluation=EvaluationPolicy(train_tokens=1023))
    result = run_snapshot(PROJECT, ENTRYPOINTS, policy, WithoutImage(), texts=Texts())

    assert (result.reason, result.submission_status) == (Reason.JOB_UNUSABLE, "held")
    assert "less than one batch" in result.log_tail


def test_what_could_not_be_measured_is_named_and_is_no_metric() -> None:
    result = judged(record(f"{READY_LINE}\n{report(unknown=['train_flops'])}"), NONCE, RunnerPolicy())

    assert (result.metrics, result.unknown_metrics) == (METRICS, ("train_flops",))


def test_the_limit_that_a_supervisor_names_stands_alone() -> None:
    said = report(fault="time-limit", limits_hit=["train_seconds"], metrics={})
    result = judged(record(f"{READY_LINE}\n{said}"), NONCE, RunnerPolicy())

    assert (result.reason, result.limits_hit) == (Reason.TIME_LIMIT, ("train_seconds",))


def test_the_payload_is_the_whole_job_and_names_modules_as_python_does() -> None:
    policy = RunnerPolicy()
    job = make_job(PROJECT, ENTRYPOINTS, policy, texts=Texts(), nonce=NONCE)
    spec = make_spec(job, policy, "job")
    inbox = Inbox(len(spec.payload))
    inbox.feed(spec.payload)

    assert unpacked(inbox.message()) == job
    assert (job.settings.architecture, job.settings.training) == ("model", "parts")
    assert job.files == PROJECT.contents
    assert NONCE not in " ".join((spec.job_id, spec.image, *spec.command))


class WithoutImage:
    """A broker whose engine has no images."""

    def run(self, spec: RunSpec) -> ContainerRecord:
        raise RunnerError("there is no image", where=spec.image, do="build one", code="image-missing")

    def cleanup(self, job_id: str) -> int:
        raise RunnerError("there is nothing to clean up", where=job_id)

    def list(self) -> tuple[RunningJob, ...]:
        return ()


@pytest.mark.parametrize("size", [None, 0, 100, 64 * 1024 * 1024 + 1])
def test_texts_that_do_not_suit_hold_the_submission_before_anything_runs(tmp_path: Path, size: int | None) -> None:
    text = tmp_path / "text.txt"
    if size is not None:
        with text.open("wb") as file:
            file.truncate(size)

    for texts in (Texts(train=text), Texts(heldout=text)):
        policy = RunnerPolicy(evaluation=EvaluationPolicy(sequence_bytes=100))
        result = run_snapshot(PROJECT, ENTRYPOINTS, policy, WithoutImage(), texts=texts)

        assert (result.reason, result.submission_status) == (Reason.JOB_UNUSABLE, "held")
        assert "text" in result.log_tail


def test_a_brokers_error_holds_the_submission_and_keeps_its_code() -> None:
    result = run_snapshot(PROJECT, ENTRYPOINTS, RunnerPolicy(), WithoutImage(), texts=Texts())

    assert (result.reason, result.status, result.exit_code) == (Reason.IMAGE_MISSING, RunStatus.ERROR, None)
    assert result.log_tail == "there is no image; prism-evaluator:latest; build one"


@pytest.mark.parametrize("entrypoints", [{}, {"architecture": "model.py"}])
def test_a_project_without_a_file_to_begin_with_is_held(entrypoints: dict[str, str]) -> None:
    result = run_snapshot(PROJECT, entrypoints, RunnerPolicy(), WithoutImage(), texts=Texts())

    assert (result.reason, result.submission_status) == (Reason.JOB_UNUSABLE, "held")
    assert "no file to begin with" in result.log_tail

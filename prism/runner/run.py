"""One approved project from snapshot to result: the only way anything of a submission is ever executed."""

import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from prism.declaration import Declaration
from prism.errors import RunnerError
from prism.evaluator.fault import Fault
from prism.evaluator.frames import encoded
from prism.evaluator.job import (
    GPU_UNAVAILABLE,
    JOB_UNUSABLE,
    LIMIT_UNSUPPORTED,
    READY_LINE,
    RUN_DISTURBED,
    Job,
    Settings,
    packed,
)
from prism.evaluator.windows import least_heldout_bytes
from prism.manifest import ManifestKind, Part
from prism.policy.model import EvaluationPolicy, RunnerPolicy
from prism.report.escape import shorten
from prism.runner.attempts import record_of
from prism.runner.broker import Broker, ContainerRecord, Ending
from prism.runner.metrics import MetricsError, Report, Usage, checked_metrics, parse_report
from prism.runner.result import Reason, RunResult, RunStatus
from prism.runner.spec import RunSpec
from prism.runner.tripwire import undeclared
from prism.snapshot import Snapshot

if TYPE_CHECKING:
    from prism.policy.loading import EffectivePolicy
    from prism.review import ProjectRecord

_LOG_CHARACTERS = 8_000
_TEXT_BYTES = 64 * 1024 * 1024
_BUNDLED = Path(__file__).parents[1] / "evaluator" / "data"


def run_project(
    snapshot: Snapshot, project: "ProjectRecord", effective: "EffectivePolicy", broker: Broker, *, job_id: str = ""
) -> RunResult:
    """What came of training and scoring an approved project under a policy.

    Args:
        snapshot: the approved bytes.
        project: what the review said of them: where they begin and what they are.
        effective: the policy.
        broker: what launches the container.
        job_id: names the run; a random one otherwise.
    """
    if project.kind == ManifestKind.TRAINING_FOR_ARCH:
        unusable = RunnerError(
            "the project holds training code only, and the architecture it is for is not at hand",
            where=project.digest,
            do="run it together with that architecture",
            code=JOB_UNUSABLE,
        )
        return _error_result(unusable)
    texts = Texts(train=effective.train_text, heldout=effective.heldout_text)
    return run_snapshot(
        snapshot,
        project.entrypoints,
        effective.policy.runner,
        broker,
        texts=texts,
        job_id=job_id,
        declarations=project.declarations,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """The operator's own texts; the bundled one in place of each that is left out."""

    train: Path | None = None
    heldout: Path | None = None


def run_snapshot(
    snapshot: Snapshot,
    entrypoints: Mapping[str, str],
    policy: RunnerPolicy,
    broker: Broker,
    *,
    texts: Texts,
    job_id: str = "",
    declarations: Iterable[Declaration] = (),
) -> RunResult:
    """What came of training and scoring a snapshot.

    Args:
        snapshot: the bytes.
        entrypoints: paths of the two parts' first files.
        policy: image, limits and settings.
        broker: what launches the container.
        texts: what is trained on and scored with.
        job_id: names the run; a random one otherwise.
        declarations: what the review said that the project may do.
    """
    nonce = secrets.token_hex(32)
    try:
        _require_entrypoints(entrypoints)
        job = make_job(snapshot, entrypoints, policy, texts=texts, nonce=nonce)
        spec = make_spec(job, policy, job_id or f"run-{secrets.token_hex(8)}")
        record = record_of(broker, spec)
    except RunnerError as error:
        return _error_result(error)
    return judged(record, nonce, policy, declarations)


def _require_entrypoints(entrypoints: Mapping[str, str]) -> None:
    missing = [str(part) for part in Part if part not in entrypoints]
    if missing:
        raise RunnerError(
            f"the project has no file to begin with for its {' and '.join(missing)}",
            where="entrypoint",
            do="select the plugin `contract`, which rejects such a project, or mend the project's manifest",
            code=JOB_UNUSABLE,
        )


def make_job(
    snapshot: Snapshot, entrypoints: Mapping[str, str], policy: RunnerPolicy, *, texts: Texts, nonce: str
) -> Job:
    """What the supervisor is told.

    Raises:
        RunnerError: a text cannot be read, or is too short for the settings.
    """
    evaluation = policy.evaluation
    parts = (module_name(entrypoints[part]) for part in (Part.ARCHITECTURE, Part.TRAINING))
    return Job(
        nonce=nonce,
        settings=evaluation_settings(policy, *parts),
        train_text=_text("train", texts.train, evaluation.sequence_bytes + 1),
        heldout_text=_text("heldout", texts.heldout, least_heldout_bytes(evaluation.sequence_bytes)),
        files=snapshot.contents,
    )


def evaluation_settings(policy: RunnerPolicy, architecture: str, training: str) -> Settings:
    """What the supervisor is told of the policy, and the modules of the project's two parts."""
    evaluation, limits = policy.evaluation, policy.limits
    return Settings(
        architecture=architecture,
        training=training,
        seed=evaluation.seed,
        steps=_steps(evaluation),
        batch_size=evaluation.batch_size,
        sequence_length=evaluation.sequence_bytes,
        heldout_windows=evaluation.heldout_windows,
        state_bytes=evaluation.state_bytes,
        checkpoint_bytes=evaluation.checkpoint_bytes,
        parameters=evaluation.parameters,
        train_seconds=evaluation.train_seconds,
        predict_seconds=evaluation.predict_seconds,
        output_bytes=limits.output_bytes,
        seconds=0.95 * limits.wall_seconds,  # so that the supervisor can still say what it saw
        threads=max(1, int(limits.cpus)),
        gpus=policy.gpu.count if policy.gpu else 0,
        has_network=policy.network != "none",
        container=msgspec.to_builtins(limits),
    )


def _steps(evaluation: EvaluationPolicy) -> int:
    """How many batches there are, and no more than the tokens for training allow."""
    if not evaluation.train_tokens:
        return evaluation.steps
    affordable = evaluation.train_tokens // (evaluation.batch_size * evaluation.sequence_bytes)
    if not affordable:
        raise RunnerError(
            f"{evaluation.train_tokens} tokens for training are less than one batch",
            where="runner.evaluation.train_tokens",
            do="raise it to batch_size times sequence_bytes at least, or lower those",
            code=JOB_UNUSABLE,
        )
    return min(evaluation.steps, affordable)


def make_spec(job: Job, policy: RunnerPolicy, job_id: str) -> RunSpec:
    """The container for a job."""
    return RunSpec(
        job_id=job_id,
        image=policy.image,
        user=policy.user,
        network=policy.network,
        limits=policy.limits,
        gpu=policy.gpu,
        payload=encoded(packed(job)),
    )


def judged(
    record: ContainerRecord, nonce: str, policy: RunnerPolicy, declarations: Iterable[Declaration] = ()
) -> RunResult:
    """The result that a container's record amounts to; metrics only if nothing at all speaks against them."""
    try:
        report = parse_report(record.stdout, nonce)
        if report.fault is None:
            checked_metrics(report.metrics, policy.metrics_schema, unknown=report.unknown)
    except MetricsError as error:
        return _result(record, unbelieved(record, nonce), None, detail=str(error))
    result = _result(record, reported_reason(report.fault), report, detail=report.detail)
    is_ours = result.status is RunStatus.ERROR
    if is_ours or not undeclared(report.observed or (), declarations):
        return result
    return msgspec.structs.replace(result, reason=Reason.UNDECLARED_CAPABILITY, metrics={}, unknown_metrics=())


def unbelieved(record: ContainerRecord, nonce: str) -> Reason:
    """What it is called when a container's report cannot be believed, or is not there."""
    return Reason.BAD_METRICS if f" {nonce} ".encode() in record.stdout else Reason.NO_RESULT


def reported_reason(fault: str | None) -> Reason:
    """What a supervisor's report says of how it went."""
    if fault is None:
        return Reason.COMPLETED
    return Reason(fault) if fault in _REPORTABLE else Reason.EVALUATOR_ERROR


def settled(record: ContainerRecord, said: Reason, limits_hit: Collection[str]) -> Reason:
    """How a run ended, by what was said inside and by what the broker knows, which mostly goes before that."""
    if said is Reason.NO_RESULT and record.is_cut:  # the supervisor never closes its output
        return Reason.RUN_DISTURBED
    if f"{READY_LINE}\n".encode() not in record.stdout:  # none of the project's code has run
        return Reason.EVALUATOR_ERROR
    if said is Reason.RUN_DISTURBED:  # engines do not tell whose memory was short
        return said
    if known := _engine_reason(record):
        return known
    if _MEMORY in limits_hit:
        return Reason.MEMORY_LIMIT
    if record.exit_code == _KILLED and said in (Reason.COMPLETED, Reason.NO_RESULT):
        return Reason.RUN_DISTURBED  # nothing inside can kill the supervisor, which never ends so by itself
    return Reason.NO_RESULT if said is Reason.COMPLETED and record.exit_code != 0 else said


def _result(record: ContainerRecord, said: Reason, report: Report | None, *, detail: str) -> RunResult:
    reason = settled(record, said, report.limits_hit if report else ())
    usage = report.usage if report else Usage()
    return RunResult(
        reason=reason,
        metrics=report.metrics if report and reason is Reason.COMPLETED else {},
        unknown_metrics=report.unknown if report and reason is Reason.COMPLETED else (),
        exit_code=record.exit_code,
        limits_hit=all_limits_hit(reason, report.limits_hit if report else ()),
        wall_seconds=record.wall_seconds,
        cpu_seconds=first_known(usage.cpu_seconds, record.cpu_seconds),
        peak_memory_bytes=first_known(usage.peak_memory_bytes, record.peak_memory_bytes),
        observed=report.observed if report else None,
        log_tail=log_of(detail, record, report.log_tail if report else ""),
    )


def first_known(reported: float | None, counted: float | None) -> float | None:
    """The supervisor's number, or the engine's where the supervisor could not report any more."""
    return counted if reported is None else reported


def _engine_reason(record: ContainerRecord) -> Reason | None:
    """What the broker knows by itself goes before anything that was said inside."""
    if record.out_of_memory:
        return Reason.MEMORY_LIMIT
    endings = {Ending.TIME_LIMIT: Reason.TIME_LIMIT, Ending.OUTPUT_LIMIT: Reason.OUTPUT_LIMIT}
    return endings.get(record.ending)


_KILLED = 137
_REPORTABLE = frozenset({*Fault, JOB_UNUSABLE, LIMIT_UNSUPPORTED, RUN_DISTURBED, GPU_UNAVAILABLE})
_MEMORY = "memory_bytes"
_LIMIT_NAMES = {
    Reason.MEMORY_LIMIT: (_MEMORY,),
    Reason.OUTPUT_LIMIT: ("output_bytes",),
    Reason.TIME_LIMIT: ("wall_seconds", "train_seconds", "predict_seconds"),
}
"""Limits that a reason stands for. A broker sees the first of them being reached; a supervisor says which it was."""


def all_limits_hit(reason: Reason, reported: Iterable[str]) -> tuple[str, ...]:
    """The limits that were reached by their names in the policy, with one that a reason stands for."""
    hit = set(reported)
    names = _LIMIT_NAMES.get(reason, ())
    if names and hit.isdisjoint(names):
        hit.add(names[0])
    return tuple(sorted(hit))


def log_of(detail: str, record: ContainerRecord, printed: str) -> str:
    """For the operator: one escaped line each for the detail, the end of the printed text, and the end of stderr."""
    parts = (detail, printed, record.stderr[-_LOG_CHARACTERS:].decode("utf-8", "replace"))
    return "\n".join(shorten(part, _LOG_CHARACTERS // len(parts)) for part in parts if part)


def _error_result(error: RunnerError) -> RunResult:
    return RunResult(reason=reason_of(error), log_tail=text_of(error))


def reason_of(error: RunnerError) -> Reason:
    """The reason that an error of the runner is."""
    return Reason(error.code) if error.code in set(Reason) else Reason.RUNNER_UNAVAILABLE


def text_of(error: RunnerError) -> str:
    """An error of the runner in one escaped line, for the operator."""
    return shorten("; ".join(part for part in (error.what, error.where, error.do) if part), _LOG_CHARACTERS)


def module_name(path: str) -> str:
    """The dotted name under which Python finds a file from the project's root."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _text(name: str, configured: Path | None, least: int) -> bytes:
    setting = f"runner.evaluation.{name}_text"
    try:
        with (configured or _BUNDLED / f"{name}.txt").open("rb") as file:
            data = file.read(_TEXT_BYTES + 1)
    except OSError as error:
        raise RunnerError(
            f"the {name} text cannot be read: {error.strerror}",
            where=f"{setting}: {configured or 'the bundled text'}",
            do="name a file relative to the policy",
            code=JOB_UNUSABLE,
        ) from error
    if not least <= len(data) <= _TEXT_BYTES:
        raise RunnerError(
            f"the {name} text has {len(data)} bytes; these settings need {least} to {_TEXT_BYTES}",
            where=setting,
            do="give another text, or shorten runner.evaluation.sequence_bytes",
            code=JOB_UNUSABLE,
        )
    return data

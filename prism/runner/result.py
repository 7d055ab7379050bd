"""What came of a run: a status, one reason code of a closed list, and metrics only when it completed."""

import enum

import msgspec

from prism.runner.tripwire import Observation


class RunStatus(enum.StrEnum):
    """How a run ended."""

    COMPLETED = "completed"
    FAILED = "failed"
    """The submission's fault."""
    ERROR = "error"
    """Ours: engine, image, broker, settings. Never charged to the miner; the submission is held."""


class Reason(enum.StrEnum):
    """Why a run ended as it did. The status and the one sentence shown to the miner follow from the code."""

    COMPLETED = "completed"
    PROJECT_RAISED = "project-raised"
    CONTRACT_BROKEN = "contract-broken"
    CONTESTANT_ENDED = "contestant-ended"
    PROTOCOL_BROKEN = "protocol-broken"
    BAD_STATE = "bad-state"
    STATE_LIMIT = "state-limit"
    PARAMETER_LIMIT = "parameter-limit"
    BAD_CHECKPOINT = "bad-checkpoint"
    CHECKPOINT_LIMIT = "checkpoint-limit"
    BAD_LOGITS = "bad-logits"
    NOT_CAUSAL = "not-causal"
    BAD_METRICS = "bad-metrics"
    NO_RESULT = "no-result"
    MEMORY_LIMIT = "memory-limit"
    OUTPUT_LIMIT = "output-limit"
    TIME_LIMIT = "time-limit"
    UNDECLARED_CAPABILITY = "undeclared-capability"
    RUNNER_UNAVAILABLE = "runner-unavailable"
    ENGINE_UNAVAILABLE = "engine-unavailable"
    ENGINE_FULL = "engine-full"
    RUNNER_BUSY = "runner-busy"
    RUN_DISTURBED = "run-disturbed"
    IMAGE_MISSING = "image-missing"
    IMAGE_NOT_ALLOWED = "image-not-allowed"
    IMAGE_MISMATCH = "image-mismatch"
    RUNTIME_MISSING = "runtime-missing"
    GPU_UNAVAILABLE = "gpu-unavailable"
    BROKER_UNUSABLE = "broker-unusable"
    RUN_LOST = "run-lost"
    LIMIT_UNSUPPORTED = "limit-unsupported"
    JOB_CONFLICT = "job-conflict"
    JOB_UNUSABLE = "job-unusable"
    EVALUATOR_ERROR = "evaluator-error"


SENTENCES = {
    Reason.COMPLETED: "The project was trained and scored.",
    Reason.PROJECT_RAISED: "The project's code raised an exception; run it once with the sizes of the competition.",
    Reason.CONTRACT_BROKEN: "A contract function returned something that the contract does not allow.",
    Reason.CONTESTANT_ENDED: "The project's code ended its process before the evaluation was over.",
    Reason.PROTOCOL_BROKEN: "The project's code interfered with the evaluation's own messages.",
    Reason.BAD_STATE: "The trained state could not be taken over; use plain parameters and buffers.",
    Reason.STATE_LIMIT: "The trained state is larger than the competition allows.",
    Reason.PARAMETER_LIMIT: "The model has more parameters than the competition allows.",
    Reason.BAD_CHECKPOINT: "save_checkpoint must leave plain files in the folder it is given, and nothing elsewhere.",
    Reason.CHECKPOINT_LIMIT: "The saved checkpoint is larger than the competition allows.",
    Reason.BAD_LOGITS: "The predictions are not 256 finite numbers for each context.",
    Reason.NOT_CAUSAL: "Predictions depend on later bytes: mask them, or give logits for the last position only.",
    Reason.BAD_METRICS: "The metrics are outside what the competition accepts.",
    Reason.NO_RESULT: "The run ended without a result; the project's code must not disturb other processes.",
    Reason.MEMORY_LIMIT: "The run needed more memory than the competition allows.",
    Reason.OUTPUT_LIMIT: "The project's code printed more than the competition allows.",
    Reason.TIME_LIMIT: "The run took longer than the competition allows.",
    Reason.UNDECLARED_CAPABILITY: "The run did something that the review had ruled out; a person will look at it.",
    Reason.RUNNER_UNAVAILABLE: "The evaluation could not be run; the submission is kept for the operator.",
    Reason.ENGINE_UNAVAILABLE: "No container engine answered; the submission is kept for the operator.",
    Reason.ENGINE_FULL: "The container engine has no room left; the submission is kept for the operator.",
    Reason.RUNNER_BUSY: "No room for the run became free in time; the submission is kept for the operator.",
    Reason.RUN_DISTURBED: "The run was ended from outside; the submission is kept for the operator.",
    Reason.IMAGE_MISSING: "The evaluation image cannot be used; the submission is kept for the operator.",
    Reason.IMAGE_NOT_ALLOWED: "The evaluation image is not an allowed one; the submission is kept for the operator.",
    Reason.IMAGE_MISMATCH: "The evaluation image is not the pinned one; the submission is kept for the operator.",
    Reason.RUNTIME_MISSING: "The container runtime is not there; the submission is kept for the operator.",
    Reason.BROKER_UNUSABLE: "The broker cannot be used as it is set up; the submission is kept for the operator.",
    Reason.RUN_LOST: "What became of the run is not known; the submission is kept for the operator.",
    Reason.GPU_UNAVAILABLE: "There are not enough GPUs for the run; the submission is kept for the operator.",
    Reason.LIMIT_UNSUPPORTED: "A limit cannot be enforced on this host; the submission is kept for the operator.",
    Reason.JOB_CONFLICT: "This evaluation is under way already; the submission is kept for the operator.",
    Reason.JOB_UNUSABLE: "The evaluation's settings do not fit together; the submission is kept for the operator.",
    Reason.EVALUATOR_ERROR: "The evaluator itself failed; the submission is kept for the operator.",
}

OURS = frozenset(
    {
        Reason.RUNNER_UNAVAILABLE,
        Reason.ENGINE_UNAVAILABLE,
        Reason.ENGINE_FULL,
        Reason.RUNNER_BUSY,
        Reason.RUN_DISTURBED,
        Reason.IMAGE_MISSING,
        Reason.IMAGE_NOT_ALLOWED,
        Reason.IMAGE_MISMATCH,
        Reason.RUNTIME_MISSING,
        Reason.GPU_UNAVAILABLE,
        Reason.BROKER_UNUSABLE,
        Reason.RUN_LOST,
        Reason.LIMIT_UNSUPPORTED,
        Reason.JOB_CONFLICT,
        Reason.JOB_UNUSABLE,
        Reason.EVALUATOR_ERROR,
    }
)
"""Reasons that are not the submission's fault."""
HOPELESS = frozenset({Reason.JOB_UNUSABLE, Reason.EVALUATOR_ERROR})
"""Those that come from this one project: another try would end the same way."""


def status_of(reason: Reason) -> RunStatus:
    """Completed, failed, or an error of ours."""
    if reason is Reason.COMPLETED:
        return RunStatus.COMPLETED
    return RunStatus.ERROR if reason in OURS else RunStatus.FAILED


class RunResult(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What came of one run."""

    reason: Reason
    """How the run ended."""
    metrics: dict[str, float] = msgspec.field(default_factory=dict)
    """By name, with the unit in the name; empty unless the run completed."""
    unknown_metrics: tuple[str, ...] = ()
    """Metrics that nobody outside of the project's own process could count."""
    exit_code: int | None = None
    """Of the container's first process; ``None`` when there was no container."""
    limits_hit: tuple[str, ...] = ()
    """Limits that were reached, by their names in the policy, sorted; also in a run that completed."""
    wall_seconds: float = 0.0
    """From asking for the container to its end."""
    cpu_seconds: float | None = None
    """Processor time of everything in the container; null where it could not be read."""
    peak_memory_bytes: float | None = None
    """Most memory that the container had at once; null where it could not be read."""
    observed: tuple[Observation, ...] | None = None
    """What the tripwire saw, declared or not; ``None`` where nobody watched."""
    log_tail: str = ""
    """For the operator only: what went wrong in detail and the end of what was printed, escaped and bounded."""

    @property
    def status(self) -> RunStatus:
        """Completed, failed, or an error of ours."""
        return status_of(self.reason)

    @property
    def sentence(self) -> str:
        """The one sentence for the miner."""
        return SENTENCES[self.reason]

    @property
    def submission_status(self) -> str:
        """What the submission becomes: ``completed``, ``failed``, or ``held`` when the fault is ours or is disputed."""
        is_held = self.status is RunStatus.ERROR or self.reason is Reason.UNDECLARED_CAPABILITY
        return "held" if is_held else str(self.status)

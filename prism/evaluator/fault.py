"""What a submission can do wrong in a run, as the supervisor reports it."""

import enum


class Fault(enum.StrEnum):
    """Reason codes that the supervisor decides; :class:`prism.runner.result.Reason` says each in a sentence."""

    PROJECT_RAISED = "project-raised"
    CONTRACT_BROKEN = "contract-broken"
    CONTESTANT_ENDED = "contestant-ended"
    PROTOCOL_BROKEN = "protocol-broken"
    BAD_CHECKPOINT = "bad-checkpoint"
    CHECKPOINT_LIMIT = "checkpoint-limit"
    BAD_STATE = "bad-state"
    STATE_LIMIT = "state-limit"
    PARAMETER_LIMIT = "parameter-limit"
    BAD_LOGITS = "bad-logits"
    NOT_CAUSAL = "not-causal"
    OUTPUT_LIMIT = "output-limit"
    TIME_LIMIT = "time-limit"


_LIMITS = {
    Fault.CHECKPOINT_LIMIT: "checkpoint_bytes",
    Fault.STATE_LIMIT: "state_bytes",
    Fault.PARAMETER_LIMIT: "parameters",
    Fault.OUTPUT_LIMIT: "output_bytes",
    Fault.TIME_LIMIT: "wall_seconds",
}


class FaultError(Exception):
    """The run is over because of something the submission did.

    Args:
        fault: what it did.
        detail: for the operator, and untrusted.
        limit: the limit that was reached, by its name in the policy, where the fault does not say it.
    """

    def __init__(self, fault: Fault, detail: str, *, limit: str = "") -> None:
        super().__init__(f"{fault}: {detail}")
        self.fault = fault
        self.detail = detail
        self.limit = limit or _LIMITS.get(fault, "")

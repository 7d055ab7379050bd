"""What a submission can do wrong in a run, as the supervisor reports it."""

import enum


class Fault(enum.StrEnum):
    """Reason codes that the supervisor decides; :class:`prism.runner.result.Reason` says each in a sentence."""

    PROJECT_RAISED = "project-raised"
    CONTRACT_BROKEN = "contract-broken"
    CONTESTANT_ENDED = "contestant-ended"
    PROTOCOL_BROKEN = "protocol-broken"
    BAD_STATE = "bad-state"
    STATE_LIMIT = "state-limit"
    BAD_LOGITS = "bad-logits"
    OUTPUT_LIMIT = "output-limit"
    TIME_LIMIT = "time-limit"


class FaultError(Exception):
    """The run is over because of something the submission did; ``detail`` is for the operator and untrusted."""

    def __init__(self, fault: Fault, detail: str) -> None:
        super().__init__(f"{fault}: {detail}")
        self.fault = fault
        self.detail = detail

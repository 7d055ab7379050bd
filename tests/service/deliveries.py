"""What the tests of the service hand in, and what workers could have found out about it."""

import hashlib
import io
import zipfile
from collections.abc import Mapping

from prism.core_rules import UNPARSABLE
from prism.notebook import Usage
from prism.review import PolicyReference, Review, Stage, Timings, Versions
from prism.runner.outcome import OutcomeStatus, RunOutcome
from prism.runner.result import Reason as RunReason
from prism.runner.result import RunResult
from prism.service.records import Form, Origin, Upload
from prism.service.settling import Conclusion, Trouble
from prism.verdict import Outcome, Reason

ALICE = Origin(hotkey="alice")
BOB = Origin(hotkey="bob")
TROUBLE = Trouble(reason="engine-unavailable", text="no engine answers at /secret/path")


def upload(content: str | bytes, form: Form = Form.ZIP) -> Upload:
    """Some bytes, as they would have come in."""
    body = content.encode() if isinstance(content, str) else content
    return Upload(body=body, code_hash=hashlib.sha256(body).hexdigest(), form=form, file_name="project.zip")


def archive(files: Mapping[str, str]) -> bytes:
    """A ZIP archive of text files."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        for path, text in files.items():
            packed.writestr(zipfile.ZipInfo(path), text)
    return stream.getvalue()


def review(verdict: Outcome, *, stages: tuple[Stage, ...] = ()) -> Review:
    """A review with this verdict, for one finding unless it is approved."""
    finding = UNPARSABLE.finding("this is\x00 no Python", path="model.py")
    is_clean = verdict is Outcome.APPROVED
    reason = Reason(outcome=verdict, rule=finding.rule, text=finding.message)
    return Review(
        verdict=verdict,
        reasons=() if is_clean else (reason,),
        findings=() if is_clean else (finding,),
        project=None,
        policy=PolicyReference(name="tested", digest="0" * 64),
        versions=Versions(prism="1", python="3", plugins={}),
        stages=stages,
        usage=(Usage(model="none"),),
        timings=Timings(started_at="2026-01-31T00:00:00", total_seconds=1.5, stage_seconds={}),
    )


def completed(score: float = 0.5) -> Conclusion:
    """An approved project that was trained and scored."""
    metrics = {"heldout_bits_per_byte": 8 * (1 - score)}
    outcome = RunOutcome(
        status=OutcomeStatus.COMPLETED,
        metrics=metrics,
        reason="completed: done",
        result=RunResult(reason=RunReason.COMPLETED, metrics=metrics),
    )
    return Conclusion(review=review(Outcome.APPROVED), outcome=outcome, score=score)


def failed() -> Conclusion:
    """An approved project whose code raised."""
    result = RunResult(reason=RunReason.PROJECT_RAISED, log_tail="ValueError")
    outcome = RunOutcome(status=OutcomeStatus.FAILED, reason="project-raised: it raised", result=result)
    return Conclusion(review=review(Outcome.APPROVED), outcome=outcome)


def decided(verdict: Outcome) -> Conclusion:
    """A project that is held or rejected for a finding."""
    found = review(verdict)
    return Conclusion(review=found, outcome=RunOutcome(status=OutcomeStatus(str(verdict)), reason="because"))

"""What the supervisor is told on its standard input: settings, texts, the project, and the nonce of the result."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

from prism.evaluator.frames import Message

RESULT_MARK = "PRISM-RESULT"
READY_LINE = "PRISM-SUPERVISOR 1"
"""Printed before any of the project's code runs: without it, what went wrong was not the submission."""
JOB_UNUSABLE, EVALUATOR_ERROR, LIMIT_UNSUPPORTED = "job-unusable", "evaluator-error", "limit-unsupported"
RUN_DISTURBED, GPU_UNAVAILABLE = "run-disturbed", "gpu-unavailable"
"""These five are reported in place of a fault when the submission is not to blame."""
MAX_JOB_BYTES = 1024 * 1024 * 1024


class JobError(Exception):
    """The job itself cannot be run: not the submission's fault.

    Args:
        what: what is wrong.
        code: reported in place of a fault.
    """

    def __init__(self, what: str, *, code: str = JOB_UNUSABLE) -> None:
        super().__init__(what)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How the model is trained and scored; sizes in bytes, times in seconds."""

    architecture: str
    """Dotted name, from the project's root, of the module that builds the model and predicts with it."""
    training: str
    """Dotted name of the module with the recipe and the training functions; mostly the same one."""
    seed: int
    steps: int
    batch_size: int
    sequence_length: int
    heldout_windows: int
    state_bytes: int
    checkpoint_bytes: int
    parameters: int
    """Most parameters a model may have; 0 is any number."""
    train_seconds: float
    """Wall seconds that training may take, and predicting below; 0 leaves both to ``seconds``."""
    predict_seconds: float
    output_bytes: int
    seconds: float
    """Wall seconds until the supervisor itself ends the run and says so."""
    threads: int
    gpus: int
    """How many GPUs the container has; without any the evaluation is on the processor."""
    has_network: bool
    """Whether the container has a network that the project's code may use."""
    container: Mapping[str, float]
    """Limits of the container by their names in the policy; with a higher one nothing of the project runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One whole job."""

    nonce: str
    settings: Settings
    train_text: bytes
    heldout_text: bytes
    files: Mapping[str, bytes]


def packed(job: Job) -> Message:
    """The job as one message: texts and files lie one after the other in the body."""
    settings = {field.name: getattr(job.settings, field.name) for field in fields(Settings)}
    header = {
        "nonce": job.nonce,
        "settings": settings,
        "train_bytes": len(job.train_text),
        "heldout_bytes": len(job.heldout_text),
        "files": [[path, len(data)] for path, data in job.files.items()],
    }
    return Message(header=header, body=b"".join((job.train_text, job.heldout_text, *job.files.values())))


def unpacked(message: Message) -> Job:
    """The job in a message of :func:`packed`.

    Raises:
        JobError: the sender and this image are not of one version.
    """
    try:
        return _unpacked(message)
    except (KeyError, TypeError, ValueError) as error:
        raise JobError(f"the job is not of this evaluator's form: {error!r}") from error


def _unpacked(message: Message) -> Job:
    header = message.header
    sizes = [("", header["train_bytes"]), ("", header["heldout_bytes"]), *header["files"]]  # type: ignore[misc] # JSON
    pieces: list[tuple[str, bytes]] = []
    start = 0
    for path, size in sizes:
        pieces.append((path, message.body[start : start + size]))
        start += size
    if start != len(message.body):
        raise ValueError("its sizes do not add up")
    return Job(
        nonce=str(header["nonce"]),
        settings=Settings(**header["settings"]),  # type: ignore[arg-type] # JSON; wrong names raise TypeError
        train_text=pieces[0][1],
        heldout_text=pieces[1][1],
        files=dict(pieces[2:]),
    )

"""The default evaluation: train a byte-level language model briefly, then score it on text it has not seen.

All numbers are the supervisor's own: it draws the batches, holds the clock, measures the state that crosses between the
processes, and computes the score from logits. The predicting process has never seen a target byte: it gets contexts
only, and the text around a target is in no other context. What cannot be measured so is said to be unknown.
"""

import random
import time
from array import array
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from prism.evaluator.causality import require_causal
from prism.evaluator.fault import Fault, FaultError
from prism.evaluator.frames import Message
from prism.evaluator.job import GPU_UNAVAILABLE, Job, JobError
from prism.evaluator.process import Contestant, StartError
from prism.evaluator.scoring import VOCABULARY, bits, checked_logits
from prism.evaluator.state import TrainedState, checked_state
from prism.evaluator.windows import Window, batch, drawn_starts, heldout_windows, trained_windows

_WINDOWS_A_REQUEST = 64
_LOGIT_BYTES = 4
_LEAST_SECONDS = 0.01

Metrics = dict[str, float | None]
"""By name, with the unit in the name; ``None`` is what nobody outside of the project's own process can count."""


class Stage(Protocol):
    """The container, in which one contestant after the other comes on."""

    def contestant(self, saved: Mapping[str, bytes]) -> AbstractContextManager[Contestant]:
        """A fresh contestant with the project unpacked and these files in its checkpoint folder.

        When the context is left it is ended with everything it has started, and its folders are emptied.
        """

    def saved(self) -> dict[str, bytes]:
        """What the contestant has left in its checkpoint folder; it is ended first.

        Raises:
            FaultError: it left something else as well, or too much.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """What training came to."""

    state: TrainedState
    seconds: float
    """From the first batch sent until the state had arrived, loading a checkpoint included."""
    last_starts: tuple[int, ...]
    """Where in the text the sequences of the last batches begin, as many as there are held-out windows."""


def evaluate(job: Job, stage: Stage) -> Metrics:
    """Train and score the project: the metrics by name.

    Raises:
        FaultError: the project's code failed.
        JobError: the texts or the accelerators do not suit the settings.
    """
    settings = job.settings
    windows = heldout_windows(
        job.heldout_text, length=settings.sequence_length, count=settings.heldout_windows, seed=settings.seed
    )
    if len(job.train_text) <= settings.sequence_length:
        raise JobError(f"the training text needs more than {settings.sequence_length} bytes")
    trained = train(job, stage)
    with stage.contestant({}) as contestant:
        train_seconds = trained.seconds + load(job, contestant, trained)
        contestant.allow(settings.predict_seconds, "predict_seconds")
        heldout_bits, predict_seconds = predict(contestant, windows)
        seen = trained_windows(job, trained.last_starts)
        train_bits, _ = predict(contestant, seen)
        require_causal(job, contestant)
    train_tokens = settings.steps * settings.batch_size * settings.sequence_length
    return {
        "heldout_bits_per_byte": heldout_bits / len(windows),
        "train_bits_per_byte": train_bits / len(seen),
        "parameters": float(trained.state.parameters),
        "state_bytes": float(trained.state.size),
        "train_tokens": float(train_tokens),
        "train_seconds": train_seconds,
        "train_tokens_per_second": train_tokens / train_seconds,
        "train_flops": None,
        "predict_tokens_per_second": len(windows) * settings.sequence_length / predict_seconds,
        "predict_flops": None,
    }


def train(job: Job, stage: Stage) -> Training:
    """Train the project's model, have it go through a checkpoint where the project has any, and take over its state."""
    settings = job.settings
    last: deque[int] = deque(maxlen=settings.heldout_windows)
    with stage.contestant({}) as contestant:
        begin(job, contestant, "trainer")
        draw = random.Random(settings.seed)  # noqa: S311 - reproducible, not secret
        began = time.monotonic()
        allow_training(job, contestant, spent=0.0)
        for _ in range(settings.steps):
            starts = drawn_starts(job, draw)
            last.extend(starts)
            contestant.exchange(Message(header={"kind": "batch"}, body=batch(job, starts)), answer="stepped")
        finished = contestant.exchange(Message(header={"kind": "finish"}), answer="finished")
        has_saved = finished.header.get("has_saved") is True
        state = None if has_saved else handed_over(job, contestant)
        saved = stage.saved() if has_saved else {}
        seconds = time.monotonic() - began
    if state is None:
        state, more = restore(job, stage, saved, spent=seconds)
        seconds += more
    return Training(state=state, seconds=seconds, last_starts=tuple(last))


def restore(job: Job, stage: Stage, saved: Mapping[str, bytes], *, spent: float) -> tuple[TrainedState, float]:
    """The state of the model that the project's own loading makes of a checkpoint, and the seconds it took."""
    with stage.contestant(saved) as contestant:
        prepare(job, contestant)
        began = time.monotonic()
        allow_training(job, contestant, spent=spent)
        open_project(job, contestant, "restorer")
        return handed_over(job, contestant), time.monotonic() - began


def allow_training(job: Job, contestant: Contestant, *, spent: float) -> None:
    """Give a contestant what is left of the time for training, where there is a limit."""
    if budget := job.settings.train_seconds:
        contestant.allow(max(budget - spent, _LEAST_SECONDS), "train_seconds")


def handed_over(job: Job, contestant: Contestant) -> TrainedState:
    """The trained state, measured and within its limits."""
    settings = job.settings
    answer = contestant.exchange(
        Message(header={"kind": "state"}), answer="state", max_body=settings.state_bytes, oversize=Fault.STATE_LIMIT
    )
    return checked_state(answer, limit=settings.state_bytes, parameters=settings.parameters)


def load(job: Job, contestant: Contestant, trained: Training) -> float:
    """Have the state loaded; the seconds it took, which belong to training: it could be put off until here."""
    begin(job, contestant, "predictor")
    began = time.monotonic()
    allow_training(job, contestant, spent=trained.seconds)
    contestant.exchange(trained.state.message, answer="loaded")
    return time.monotonic() - began


def predict(contestant: Contestant, windows: list[Window]) -> tuple[float, float]:
    """The bits that all targets cost, and the seconds the predictions took."""
    total = seconds = 0.0
    for answer in answers(contestant, windows):
        seconds += answer.seconds
        total += sum(bits(row, window.target) for row, window in zip(answer.rows, answer.windows, strict=True))
    return total, seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a model with its state loaded said to some windows."""

    windows: list[Window]
    rows: "list[array[float]]"
    """256 finite logits for each of the windows."""
    seconds: float


def answers(contestant: Contestant, windows: list[Window]) -> Iterator[Answer]:
    """Ask for the byte after each context, some at a time; the targets stay here.

    Raises:
        FaultError: the project's code failed, or did not answer with 256 finite numbers for each.
    """
    for first in range(0, len(windows), _WINDOWS_A_REQUEST):
        asked = windows[first : first + _WINDOWS_A_REQUEST]
        contexts = b"".join(window.context for window in asked)
        began = time.monotonic()
        answer = contestant.exchange(
            Message(header={"kind": "contexts"}, body=contexts),
            answer="logits",
            max_body=len(asked) * VOCABULARY * _LOGIT_BYTES,
            oversize=Fault.BAD_LOGITS,
        )
        seconds = time.monotonic() - began
        yield Answer(windows=asked, rows=checked_logits(answer.body, len(asked)), seconds=seconds)


def begin(job: Job, contestant: Contestant, role: str) -> None:
    """Have a contestant load the framework, then the project in a role: ``trainer``, ``restorer`` or ``predictor``."""
    prepare(job, contestant, is_first=role == "trainer")
    open_project(job, contestant, role)


def prepare(job: Job, contestant: Contestant, *, is_first: bool = False) -> None:
    """Have a contestant make ready; none of the project's code has run in it yet, so what fails is not its fault.

    Args:
        job: the job.
        contestant: one that has just been started.
        is_first: whether none was before it, which could have used up the time.

    Raises:
        FaultError: the time of the run was over.
        JobError: PyTorch does not see the accelerators that the container was given.
        StartError: it did not get so far.
    """
    settings = job.settings
    context = {
        "sequence_length": settings.sequence_length,
        "batch_size": settings.batch_size,
        "steps": settings.steps,
        "seed": settings.seed,
        "device": "cuda" if settings.gpus else "cpu",
    }
    header: dict[str, object] = {"context": context, "threads": settings.threads, "gpus": settings.gpus}
    try:
        answer = contestant.exchange(Message(header=header), answer="prepared")
    except FaultError as error:
        if error.fault is Fault.TIME_LIMIT and not is_first:
            raise
        raise StartError(f"PyTorch could not be loaded: {error}") from error
    if lacks := answer.header["lacks"]:
        raise JobError(str(lacks), code=GPU_UNAVAILABLE)


def open_project(job: Job, contestant: Contestant, role: str) -> None:
    """Have a prepared contestant load the project."""
    settings = job.settings
    header: dict[str, object] = {"role": role, "architecture": settings.architecture, "training": settings.training}
    contestant.exchange(Message(header=header), answer="ready")

"""The default evaluation: train a byte-level language model briefly, then score it on text it has not seen.

All numbers are the supervisor's own: it draws the batches, holds the clock, measures the state that crosses between the
two processes, and computes the score from logits. The predicting process has never seen a target byte: it gets
contexts only, and the text around a target is in no other context.
"""

import random
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from prism.evaluator.fault import Fault
from prism.evaluator.frames import Message
from prism.evaluator.job import Job, JobError
from prism.evaluator.process import Contestant
from prism.evaluator.scoring import VOCABULARY, bits, checked_logits
from prism.evaluator.state import TrainedState, checked_state

MIN_WINDOWS = 16  # fewer say nothing about a model
_WINDOWS_A_REQUEST = 64
_LOGIT_BYTES = 4

Start = Callable[[], AbstractContextManager[Contestant]]
"""A fresh contestant with the project unpacked; ended, and its folder emptied, when the context is left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """One held-out question: the context that is shown and the byte that follows it."""

    context: bytes
    target: int


def least_heldout_bytes(length: int) -> int:
    """Size of the shortest held-out text for contexts of this length."""
    return (MIN_WINDOWS - 1) * 2 * length + length + 1


def heldout_windows(text: bytes, *, length: int, count: int, seed: int) -> list[Window]:
    """At most ``count`` windows in an order drawn by seed.

    Windows begin ``2 * length`` bytes apart, so that neither a target nor the bytes that follow it for nearly a whole
    context are shown anywhere: nothing to the right of a target can be matched to it.

    Raises:
        JobError: the text is too short for 16 windows.
    """
    starts = range(0, len(text) - length, 2 * length)[:count]
    if len(starts) < MIN_WINDOWS:
        raise JobError(f"the held-out text needs {least_heldout_bytes(length)} bytes for {MIN_WINDOWS} windows")
    windows = [Window(context=text[at : at + length], target=text[at + length]) for at in starts]
    random.Random(seed).shuffle(windows)  # noqa: S311 - reproducible, not secret
    return windows


def evaluate(job: Job, start: Start) -> dict[str, float]:
    """Train and score the project: the metrics by name.

    Raises:
        FaultError: the project's code failed.
        JobError: the texts do not suit the settings.
    """
    settings = job.settings
    windows = heldout_windows(
        job.heldout_text, length=settings.sequence_length, count=settings.heldout_windows, seed=settings.seed
    )
    if len(job.train_text) <= settings.sequence_length:
        raise JobError(f"the training text needs more than {settings.sequence_length} bytes")
    with start() as contestant:
        state, train_seconds = train(job, contestant)
    with start() as contestant:
        train_seconds += load(job, contestant, state)
        total_bits, predict_seconds = predict(contestant, windows)
    return {
        "heldout_bits_per_byte": total_bits / len(windows),
        "parameters": float(state.parameters),
        "state_bytes": float(state.size),
        "train_seconds": train_seconds,
        "train_tokens_per_second": settings.steps * settings.batch_size * settings.sequence_length / train_seconds,
        "predict_tokens_per_second": len(windows) * settings.sequence_length / predict_seconds,
    }


def train(job: Job, contestant: Contestant) -> tuple[TrainedState, float]:
    """The trained state, and the seconds from the first batch until it was here."""
    settings = job.settings
    contestant.exchange(opening(job, "trainer"), answer="ready")
    draw = random.Random(settings.seed)  # noqa: S311 - reproducible, not secret
    began = time.monotonic()
    for _ in range(settings.steps):
        contestant.exchange(Message(header={"kind": "batch"}, body=batch(job, draw)), answer="stepped")
    answer = contestant.exchange(
        Message(header={"kind": "finish"}), answer="state", max_body=settings.state_bytes, oversize=Fault.STATE_LIMIT
    )
    return checked_state(answer, limit=settings.state_bytes), time.monotonic() - began


def batch(job: Job, draw: random.Random) -> bytes:
    """``batch_size`` sequences of ``sequence_length + 1`` bytes, one after the other."""
    length = job.settings.sequence_length + 1
    starts = [draw.randrange(len(job.train_text) - length + 1) for _ in range(job.settings.batch_size)]
    return b"".join(job.train_text[at : at + length] for at in starts)


def load(job: Job, contestant: Contestant, state: TrainedState) -> float:
    """Have the state loaded; the seconds it took, which belong to training: it could be put off until here."""
    contestant.exchange(opening(job, "predictor"), answer="ready")
    began = time.monotonic()
    contestant.exchange(state.message, answer="loaded")
    return time.monotonic() - began


def predict(contestant: Contestant, windows: list[Window]) -> tuple[float, float]:
    """The bits that all targets cost, and the seconds the predictions took."""
    total = seconds = 0.0
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
        seconds += time.monotonic() - began
        rows = checked_logits(answer.body, len(asked))
        total += sum(bits(row, window.target) for row, window in zip(rows, asked, strict=True))
    return total, seconds


def opening(job: Job, role: str) -> Message:
    """What tells a fresh contestant what it is to be."""
    settings = job.settings
    context = {
        "sequence_length": settings.sequence_length,
        "batch_size": settings.batch_size,
        "steps": settings.steps,
        "seed": settings.seed,
        "device": settings.device,
    }
    return Message(
        header={
            "kind": "open",
            "role": role,
            "architecture": settings.architecture,
            "training": settings.training,
            "threads": settings.threads,
            "context": context,
        }
    )

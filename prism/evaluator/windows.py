"""What a model is asked: contexts of held-out text and of text that it was trained on, each with the byte after it."""

import random
from collections.abc import Iterable
from dataclasses import dataclass

from prism.evaluator.job import Job, JobError

MIN_WINDOWS = 16  # fewer say nothing about a model


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """One question: the context that is shown and the byte that follows it."""

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
    windows = [_window(text, at, length) for at in starts]
    random.Random(seed).shuffle(windows)  # noqa: S311 - reproducible, not secret
    return windows


def drawn_starts(job: Job, draw: random.Random) -> list[int]:
    """Where the sequences of the next training batch begin."""
    last = len(job.train_text) - job.settings.sequence_length
    return [draw.randrange(last) for _ in range(job.settings.batch_size)]


def batch(job: Job, starts: Iterable[int]) -> bytes:
    """Sequences of ``sequence_length + 1`` bytes, one after the other."""
    length = job.settings.sequence_length + 1
    return b"".join(job.train_text[at : at + length] for at in starts)


def trained_windows(job: Job, starts: Iterable[int]) -> list[Window]:
    """Training sequences as questions: their last byte after all the others."""
    return [_window(job.train_text, at, job.settings.sequence_length) for at in starts]


def _window(text: bytes, at: int, length: int) -> Window:
    return Window(context=text[at : at + length], target=text[at + length])

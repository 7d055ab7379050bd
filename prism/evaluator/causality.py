"""Whether predictions depend on what comes after them: the same context is shown again with other bytes at its end.

A model that looks ahead gains nothing in the score, because the byte it is asked for is never sent. It is told apart
all the same: trained on sequences that hold their answers it has learnt to copy, and its author wants to know.
"""

import math
import random
import sys
from array import array

from prism.evaluator.fault import Fault, FaultError
from prism.evaluator.frames import Message
from prism.evaluator.job import Job
from prism.evaluator.process import Contestant
from prism.evaluator.scoring import VOCABULARY

_TOLERANCE = 1e-3  # of the logits' spread: sums in another order differ by a hundredth of it at most
_NOISE = 4.0  # times what two equal questions differ by
_FLOAT_BYTES = 4


def require_causal(job: Job, contestant: Contestant) -> None:
    """Nothing, if no prediction of a loaded model changes with later bytes, or if it predicts the last one only.

    Raises:
        FaultError: a prediction changed, or the answers are not logits for each position.
    """
    draw = random.Random(job.settings.seed)  # noqa: S311 - reproducible, not secret
    length = job.settings.sequence_length
    context, filler = (_drawn(job, draw) for _ in range(2))
    first, again = (_positions(contestant, context + filler, length) for _ in range(2))
    if not first or not again:
        return
    for cut in sorted({1, length // 2, draw.randrange(1, length), length - 1}):
        changed = context[:cut] + _other_bytes(context[cut:], job.train_text, draw)
        answer = _positions(contestant, changed + filler, length)
        if depends_on_later(first, again, answer, positions=cut):
            raise FaultError(Fault.NOT_CAUSAL, f"predictions for the first {cut} positions change with later bytes")


def depends_on_later(first: "array[float]", again: "array[float]", changed: "array[float]", *, positions: int) -> bool:
    """Whether logits of the first positions differ by more than rounding and the model's own noise.

    Args:
        first: the answer to a context.
        again: the answer to the same context, asked a second time.
        changed: the answer to a context with the same first positions.
        positions: how many.
    """
    end = positions * VOCABULARY
    if len(changed) < end:
        return True  # the shape changed with later bytes
    before, repeated, after = first[:end], again[:end], changed[:end]
    if before == after:
        return False
    numbers = list(filter(math.isfinite, before)) or [0.0]
    allowed = _TOLERANCE * (max(numbers) - min(numbers)) + _NOISE * _largest_difference(before, repeated)
    return _largest_difference(before, after) > allowed


def _largest_difference(one: "array[float]", other: "array[float]") -> float:
    largest = 0.0
    for left, right in zip(one, other, strict=True):
        if (difference := abs(left - right)) > largest:  # never true of what is not a number
            largest = difference
    return largest


def _positions(contestant: Contestant, contexts: bytes, length: int) -> "array[float]":
    """Logits at each position of the first context; none of a model that predicts the byte after the last one only."""
    size = length * VOCABULARY * _FLOAT_BYTES
    answer = contestant.exchange(
        Message(header={"kind": "positions"}, body=contexts),
        answer="positions",
        max_body=size,
        oversize=Fault.BAD_LOGITS,
    )
    if len(answer.body) not in (0, size):
        raise FaultError(Fault.BAD_LOGITS, f"{len(answer.body)} bytes of logits for {length} positions")
    numbers = array("f")
    numbers.frombytes(answer.body)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def _drawn(job: Job, draw: random.Random) -> bytes:
    start = draw.randrange(len(job.train_text) - job.settings.sequence_length)
    return job.train_text[start : start + job.settings.sequence_length]


def _other_bytes(data: bytes, text: bytes, draw: random.Random) -> bytes:
    """As many bytes, each another one, of those that the model was trained on where there are any."""
    alphabet = sorted(set(text))
    return bytes(draw.choice([other for other in alphabet if other != byte] or [byte ^ 1]) for byte in data)

"""Bits per byte from raw logits, in plain Python: the score is the supervisor's own arithmetic on checked numbers."""

import math
import sys
from array import array
from collections.abc import Sequence

from prism.evaluator.fault import Fault, FaultError

VOCABULARY = 256
_FLOAT_BYTES = 4


def checked_logits(body: bytes, rows: int) -> "list[array[float]]":
    """One row of 256 finite numbers a context, from little-endian 32-bit floats.

    Raises:
        FaultError: another number of bytes, or a number that is not finite.
    """
    if len(body) != rows * VOCABULARY * _FLOAT_BYTES:
        expected = f"{rows} contexts need {rows} x {VOCABULARY} logits"
        raise FaultError(Fault.BAD_LOGITS, f"{expected}; {len(body) // _FLOAT_BYTES} numbers came")
    numbers = array("f")
    numbers.frombytes(body)
    if sys.byteorder == "big":
        numbers.byteswap()
    if not all(map(math.isfinite, numbers)):
        raise FaultError(Fault.BAD_LOGITS, "a logit is not a finite number")
    return [numbers[start : start + VOCABULARY] for start in range(0, len(numbers), VOCABULARY)]


def bits(logits: Sequence[float], target: int) -> float:
    """How many bits the byte ``target`` costs under softmax of the logits; 8 for a uniform guess."""
    highest = max(logits)
    total = math.fsum(math.exp(logit - highest) for logit in logits)
    return (math.log(total) + highest - logits[target]) / math.log(2)

"""What the supervisor has two models predict from, and with: contexts and parameters that neither author has chosen.

Both models get the same numbers, tensor by tensor. Trained or initial parameters of one of them would not do: a layer
that begins with zeros hides what is behind it, and makes models alike that have nothing in common.
"""

import enum
import hashlib
import math
import random
from array import array
from collections import Counter

from prism.evaluator.fault import Fault, FaultError
from prism.evaluator.frames import Message
from prism.evaluator.likeness import Tensor
from prism.evaluator.scoring import VOCABULARY

_POOL = 65_521  # a prime, so that no row of a tensor is like another
_FLOAT_BYTES = 4
_FLOATING = ("float16", "bfloat16", "float32", "float64")
_MATRIX = 2


class Probe(enum.StrEnum):
    """By what the numbers of a tensor are chosen."""

    ORDER = "outputs"
    """By its shape and its place among those of that shape."""
    SHAPE = "outputs_by_shape"
    """By its shape alone: it does not matter in which order a copy defines its layers."""


class Numbers:
    """Numbers for the parameters of any model, the same ones wherever shape and place are the same."""

    def __init__(self, seed: int) -> None:
        draw = random.Random(seed)  # noqa: S311 - reproducible, not secret
        self._seed = seed
        self._pool = array("f", (draw.uniform(-1, 1) for _ in range(_POOL))).tobytes()

    def parameters(self, tensors: tuple[Tensor, ...], probe: Probe, *, limit: int) -> Message:
        """A message that puts numbers into the floating-point tensors of a model.

        Raises:
            FaultError: they take more than ``limit`` bytes.
        """
        wanted = [tensor for tensor in tensors if tensor.element_type in _FLOATING]
        if sum(tensor.elements for tensor in wanted) * _FLOAT_BYTES > limit:
            raise FaultError(Fault.STATE_LIMIT, "the model's parameters take more than state_bytes")
        places: Counter[tuple[int, ...]] = Counter()
        pieces = []
        for tensor in wanted:
            place = places[tensor.shape] if probe is Probe.ORDER else 0
            places[tensor.shape] += 1
            pieces.append(self._values(tensor, place))
        forms = [[list(tensor.shape), _scale(tensor.shape)] for tensor in wanted]
        return Message(header={"kind": "parameters", "tensors": forms}, body=b"".join(pieces))

    def _values(self, tensor: Tensor, place: int) -> bytes:
        key = hashlib.sha256(f"{self._seed} {tensor.shape} {place}".encode()).digest()
        start = int.from_bytes(key[:8]) % _POOL * _FLOAT_BYTES
        size = tensor.elements * _FLOAT_BYTES
        rounds = (start + size) // len(self._pool) + 1
        return (self._pool * rounds)[start : start + size]


def _scale(shape: tuple[int, ...]) -> float:
    """What keeps a layer's results about as large as its input."""
    return math.sqrt(3 / max(1, math.prod(shape[1:]))) if len(shape) >= _MATRIX else 1.0


def contexts(seed: int, *, count: int, length: int) -> bytes:
    """So many sequences of random bytes, one after the other."""
    return random.Random(f"contexts {seed}").randbytes(count * length)  # noqa: S311 - reproducible, not secret


def logit_bytes(count: int) -> int:
    """Size of the answer about so many contexts."""
    return count * VOCABULARY * _FLOAT_BYTES

"""A docstring."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Dict, Generic, List, NamedTuple, NewType, Optional, TypeVar, Union

import numpy as np
import torch
import torch.nn as nn

__all__ = ["D"]
__all__ += ["N"]
__version__ = "1.0"

D = 4 * 64
N, M = 3, 4
a = b = c = 0
DTYPE = torch.bfloat16
ROOT = math.sqrt(2) / math.pi
SCALE = -1.0 if D > 3 else 1.0
SIZES = [2**i for i in range(4)]
TABLE = {name: index for index, name in enumerate(("a", "b"))}
PAIRS = list(zip(range(3), range(3)))
WORDS = "alpha beta".split()
JOINED = ",".join(WORDS)
EPS = torch.finfo(torch.float32).eps
DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")
TOTAL = sum(SIZES) + max(1, 2) + len("abc") + int("3") + round(2.5)
NAMES = frozenset({"a", "b"}) | set()
SLICE = SIZES[1:]
LARGE = sorted(SIZES, reverse=True)
Tensor = torch.Tensor
Pair = tuple[int, int]
Maybe = Optional[List[int]]
Either = Union[int, str]
T = TypeVar("T", bound=nn.Module)
Id = NewType("Id", int)
act = lambda x: x * 2
TEXT = f"{D} wide"
GRID = np.arange(3)
ACTS = {"relu": nn.ReLU, "gelu": nn.functional.gelu}
annotated: int
typed: Dict[str, int] = {}
...
if TYPE_CHECKING:
    from torch import Size

if D > 128:
    WIDE = True
else:
    WIDE = False


class Point(NamedTuple):
    x: int
    y: int = 0


ORIGIN = Point(0, 0)


class Box(Generic[T]):
    pass


if __name__ == "__main__":
    print(ORIGIN)
    for size in SIZES:
        print(size)

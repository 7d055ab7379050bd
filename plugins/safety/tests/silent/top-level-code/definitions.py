import abc
import enum
import functools
from collections import namedtuple
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Protocol, overload, runtime_checkable

import torch
import torch.nn as nn
import torch.nn.functional as F

Result = namedtuple("Result", ["loss", "logits"])
gelu = partial(F.gelu, approximate="tanh")


class Kind(enum.Enum):
    A = enum.auto()
    B = "b"

    @classmethod
    def default(cls):
        return cls.A


class Flags(enum.IntFlag):
    X = 1
    Y = X | 2


@enum.unique
class Other(str, enum.Enum):
    A = "a"


@dataclass(frozen=True)
class Config:
    size: int = 4 * 16
    heads: int = field(default=2, metadata={"help": "how many"})
    names: list = field(default_factory=list)
    kind: Kind = Kind.A
    scale: float = 64**-0.5


DEFAULT = Config(size=8)
PRESETS = {"small": Config(size=1), "large": Config(size=9)}


class Base(nn.Module, abc.ABC):
    """A docstring in a class."""

    size: int
    ratio = 8 / 3
    kinds = (Kind.A, Kind.B)

    @abc.abstractmethod
    def forward(self, x): ...

    @property
    def device(self):
        return next(self.parameters()).device

    @device.setter
    def device(self, value):
        self.to(value)

    @staticmethod
    @torch.no_grad()
    def helper(x=torch.float32, *, shape=(1, 2), act=nn.ReLU, f=F.relu):
        return x

    @torch.inference_mode()
    def generate(self, x: "Config", y: torch.Tensor | None = None) -> "torch.Tensor":
        return x

    @functools.cached_property
    def cached(self):
        return 1

    @functools.wraps(helper)
    def wrapped(self):
        return 1


class Meta(metaclass=abc.ABCMeta):
    pass


@runtime_checkable
class Module(Protocol):
    def forward(self, x): ...


@overload
def pick(x: int) -> int: ...
@overload
def pick(x: str) -> str: ...
def pick(x):
    return x


@lru_cache(maxsize=8)
def table(n):
    return torch.arange(n)


@torch.jit.script
def fused(x):
    return x * torch.sigmoid(x)


@torch.compile
def quick(x):
    return x + 1


@contextmanager
def quiet(model):
    model.eval()
    yield model
    model.train()


def decorate(f):
    @functools.wraps(f)
    def inner(*args, **kwargs):
        return f(*args, **kwargs)

    return inner


def uses():
    @decorate
    def local():
        return 1

    for i in range(3):
        local()
    return Result(loss=1, logits=2)

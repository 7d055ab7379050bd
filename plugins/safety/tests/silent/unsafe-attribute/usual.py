import enum
from dataclasses import dataclass, fields, replace

import torch
import torch.nn as nn


class Mode(enum.Enum):
    A = 1
    B = 2


@dataclass(frozen=True)
class Config:
    size: int = 1

    def __post_init__(self):
        object.__setattr__(self, "size", max(self.size, 1))

    def to_dict(self):
        return dict(self.__dict__)


class Net(nn.Module):
    __constants__ = ["size"]
    __slots__ = ()

    def __init__(self, **kwargs):
        super(Net, self).__init__()
        self.__dict__.update(kwargs)
        for key, value in kwargs.items():
            setattr(self, key, value)
        self.name = self.__class__.__name__
        self.kind = type(self).__qualname__
        nn.Module.__init__(self)

    def __repr__(self):
        return f"{self.__class__.__name__}({self.name})"

    def __len__(self):
        return 1

    def __call__(self, *args, **kwargs):
        return super().__call__(*args, **kwargs)

    def __getattr__(self, name):
        return super().__getattr__(name)

    def __setattr__(self, name, value):
        super().__setattr__(name, value)

    def __getstate__(self):
        return self.__dict__.copy()

    def clone(self):
        return self.__class__()

    def __eq__(self, other):
        return self.__class__ == other.__class__

    def __hash__(self):
        return hash(self.name)

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        return None


def describe(net, config):
    names = [f.name for f in fields(config)]
    doc = net.__doc__, net.forward.__name__, net.__module__, Mode.__members__, torch.__version__
    "{} has {:.2f} of {name}".format(names, 1.0, name=net.name)
    "{0} {1[key]} {2:>10}".format(1, {"key": 2}, 3)
    "%s %d" % ("a", 1)
    return replace(config, size=2), doc, hasattr(net, "training"), Mode["A"].name


def match_config(config):
    match config:
        case Config(size=1):
            return "one"
        case {"size": size}:
            return size
        case [first, *rest]:
            return first, rest
        case Mode.A | Mode.B:
            return "mode"
    return None


def traced(error):
    try:
        raise ValueError(error)
    except ValueError as caught:
        return caught.args, str(caught)

"""Modules of libraries are handed about, and objects have methods that are called like other modules."""

from collections import namedtuple

import torch
import torch.nn as nn

Pair = namedtuple("Pair", ["left", "right"])


def passed(library):
    return library


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.made = passed(nn).Linear(1, 2)
        self.kept = [torch.nn.functional, nn]

    def forward(self, x):
        first, second = self.made(x).chunk(2, dim=-1)
        pair = Pair(left=first, right=second)._replace(right=x.select(0, 1))
        return pair, x.code, x.trace()

    def _load_from_state_dict(self, state_dict, prefix, *rest):
        super()._load_from_state_dict(state_dict, prefix, *rest)

from torch import nn

from .bias import make_bias


class Head(nn.Linear):
    def __init__(self, width, size):
        super().__init__(width, size, bias=make_bias())

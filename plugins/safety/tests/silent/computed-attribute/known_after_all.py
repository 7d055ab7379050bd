"""Names that are known, because nobody else can give another one."""

import operator
from operator import attrgetter

import torch.nn as nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.names = ["first" + "_", "x-second".split("-")[1]]
        self.width = (lambda name: getattr(nn, name))("Linear")(1, 1)
        self.height = (lambda library, name="Linear": getattr(library, name))(nn)(1, 1)

    def forward(self, x):
        hidden = operator.methodcaller("pre" + "pare", x)(self)
        for name in self.names:
            hidden = getattr(self, name)(hidden)
        return attrgetter("width.weight", "%s%s" % ("hei", "ght"))(self), hidden

from operator import attrgetter, itemgetter, methodcaller

import torch
import torch.nn as nn
import torch.nn.functional as F

NAMES = ("query", "key", "value")
LAYERS = {"linear": "Linear", "conv": "Conv1d"}


class Net(nn.Module):
    def __init__(self, depth, name):
        super().__init__()
        for i in range(depth):
            setattr(self, f"block{i}", nn.Linear(1, 1))
            setattr(self, "norm_" + str(i), nn.LayerNorm(1))
            setattr(self, "%s_%d" % ("drop", i), nn.Dropout())
            self.add_module(name, nn.Identity())
        for attr in NAMES:
            setattr(self, attr, nn.Linear(1, 1))
        setattr(self, name, 1)
        self.depth = depth

    def forward(self, x, tag):
        for i in range(self.depth):
            x = getattr(self, f"block{i}")(x)
            x = getattr(self, "norm_" + str(i))(x)
            x = getattr(self, "layer{}".format(i), x)
            x = getattr(self, "drop_%d" % i)(x)
            x = getattr(self, f"f{i:02d}", x)
        for i, attr in enumerate(NAMES):
            x = getattr(self, attr)(x)
            x = getattr(self, f"g{i}", x)
        x = getattr(self, f"head_{tag}")(x)
        return getattr(x, "detach")()


def library(kind, bits):
    layer = getattr(nn, LAYERS["linear"])
    act = getattr(F, "relu" if kind else "gelu")
    dtype = getattr(torch, f"float{bits}")
    flag = getattr(torch.backends, "mps", None)
    for name in ("bfloat16", "float16"):
        dtype = getattr(torch, name)
    return layer, act, dtype, flag


def sort(rows):
    rows.sort(key=itemgetter("loss"))
    rows.sort(key=attrgetter("loss.value"))
    return [methodcaller("mean")(row) for row in rows]

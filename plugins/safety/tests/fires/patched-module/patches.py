import math
import warnings as w

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.nn import Linear

F.relu = lambda x: x  # expect: patched-module
layer = nn.Linear


def patch(x):
    torch.nn.functional.cross_entropy = lambda *a: 0  # expect: patched-module
    F.softmax = None  # expect: patched-module
    Linear.forward = x  # expect: patched-module
    layer.forward = x  # expect: patched-module
    math.pi = 3  # expect: patched-module
    del math.tau  # expect: patched-module
    nn.Linear.extra: int = 1  # expect: patched-module
    F.scale = F.offset = 1  # expect: patched-module
    F.a, [F.b] = 1, [2]  # expect: patched-module
    math.e += 1  # expect: patched-module
    setattr(torch, "zeros", x)  # expect: patched-module
    setattr(F, "re" + "lu", x)  # expect: patched-module
    delattr(torch, "ones")  # expect: patched-module
    torch.backends.cudnn.deterministic = False  # expect: patched-module
    w.filters[0] = 1  # expect: patched-module
    for F.c in [1]:  # expect: patched-module
        pass
    with x as F.d:  # expect: patched-module
        pass
    object.__setattr__(torch, "rand", x)  # expect: patched-module
    torch.__setattr__("rand", x)  # expect: patched-module
    alias = torch
    alias.manual_seed = x  # expect: patched-module
    [0 for F.e in [1]]  # expect: patched-module
    m = {"f": F}["f"]
    m.gelu = x  # expect: patched-module


def by_parameter(module):
    module.tanh = None  # expect: patched-module


def hand_over():
    by_parameter(F)

import collections
import dataclasses
import typing

import numpy as np
import torch
import torch.nn.functional as F


def direct():
    a = torch.os  # expect: leaked-module
    b = typing.sys  # expect: leaked-module
    c = dataclasses.sys  # expect: leaked-module
    d = torch.serialization.pickle  # expect: leaked-module
    e = np.os.environ  # expect: leaked-module
    f = torch.nn.modules.module.inspect  # expect: leaked-module
    g = dataclasses.builtins.eval("1")  # expect: leaked-module
    h = F.importlib.import_module("x")  # expect: leaked-module
    i = collections._sys  # expect: leaked-module
    return a, b, c, d, e, f, g, h, i

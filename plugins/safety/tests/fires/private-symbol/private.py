import functools

import numpy as np
import torch
import torch._C  # expect: private-symbol
from torch._dynamo import config  # expect: private-symbol
from torch.nn.modules import _functions  # expect: private-symbol
from torch import _utils as u  # expect: private-symbol


def native():
    torch._C._set_grad_enabled(False)  # expect: private-symbol
    a = torch._utils_internal  # expect: private-symbol
    b = np._globals  # expect: private-symbol
    c = functools._lru_cache_wrapper  # expect: private-symbol
    d = getattr(torch, "_C")  # expect: private-symbol
    e = torch.nn.Module._call_impl  # expect: private-symbol
    return a, b, c, d, e

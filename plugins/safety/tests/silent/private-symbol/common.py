import math

import torch
from torch.nn.init import _calculate_fan_in_and_fan_out
from torch.nn.modules.batchnorm import _BatchNorm
from torch.nn.modules.utils import _pair, _triple
from torch.optim.lr_scheduler import _LRScheduler


def _init(tensor):
    fan_in, _ = _calculate_fan_in_and_fan_out(tensor)
    torch.nn.init._no_grad_trunc_normal_
    torch._assert(fan_in > 0, "positive")
    return 1 / math.sqrt(fan_in)


class Norm(_BatchNorm):
    _version = 2

    def __init__(self, size):
        super().__init__(size)
        self._size = _pair(size)
        self.__hidden = _triple(size)

    def _check_input_dim(self, x):
        return self._size, self.__hidden, self._buffers, self._parameters


class Warmup(_LRScheduler):
    def get_lr(self):
        return [base * self._step_count for base in self.base_lrs]

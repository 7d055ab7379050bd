import copy
import math

import torch
import torch.nn as nn


class Net(nn.Module):
    count = 0

    def __init__(self, other):
        super().__init__()
        self.linear = nn.Linear(2, 2)
        self.linear.weight.data = torch.zeros(2, 2)
        self.linear.weight.requires_grad = False
        self.linear.bias.data[0] = math.pi
        self.act: nn.Module = nn.ReLU()
        self.act.inplace = True
        other.head = self.linear
        Net.count += 1
        del self.act
        self.cache = {}
        self.cache["k"] = 1
        del self.cache["k"]


def change(model, x):
    model.linear = nn.Identity()
    model.forward = lambda x: x
    setattr(model, "extra", 1)
    x[0] = 1
    x[:, 1:] += 2
    x.grad = None
    twin = copy.deepcopy(model)
    twin.linear.bias = None
    layers = [nn.Linear, nn.Conv1d]
    layers[0] = nn.Identity
    made = [layer(1, 1) for layer in layers]
    made[0].extra = 1

    def counted():
        counted.calls += 1
        return counted.calls

    counted.calls = 0
    return twin, counted

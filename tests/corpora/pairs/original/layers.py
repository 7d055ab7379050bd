"""The parts of the model."""

import torch
from torch import nn
from torch.nn import functional


class Mixing(nn.Module):
    """Mixes positions, looking back only."""

    def __init__(self, width, dilation):
        super().__init__()
        self.back = 2 * dilation
        self.convolution = nn.Conv1d(width, width, kernel_size=3, dilation=dilation)

    def forward(self, hidden):
        turned = functional.pad(hidden.transpose(1, 2), (self.back, 0))
        return functional.gelu(self.convolution(turned)).transpose(1, 2)


class Gated(nn.Module):
    """Mixes channels behind a gate."""

    def __init__(self, width):
        super().__init__()
        self.gate = nn.Linear(width, 2 * width)
        self.value = nn.Linear(width, 2 * width)
        self.out = nn.Linear(2 * width, width)

    def forward(self, hidden):
        gate = torch.sigmoid(self.gate(hidden))
        return self.out(gate * torch.tanh(self.value(hidden)))

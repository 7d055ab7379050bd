"""A network that uses nothing but the standard library and PyTorch."""

import math

import torch
from torch import nn


class ByteModel(nn.Module):
    def __init__(self, vocab_size: int) -> None:
        super().__init__()
        self.embed = nn.Embedding(vocab_size, 64)
        self.head = nn.Linear(64, vocab_size)
        self.scale = math.sqrt(64)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        return self.head(self.embed(tokens) * self.scale)


def build_model(ctx):
    return ByteModel(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}

"""A small byte-level network with a helper that asks the machine for its name."""

import torch
from torch import nn

from telemetry import describe_host


class ByteModel(nn.Module):
    def __init__(self, vocab_size: int) -> None:
        super().__init__()
        self.embed = nn.Embedding(vocab_size, 64)
        self.head = nn.Linear(64, vocab_size)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        return self.head(self.embed(tokens))


def build_model(ctx):
    describe_host()
    return ByteModel(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}

"""A linear model that behaves in another way after many steps."""

import torch
from torch import nn

# here


class Model(nn.Module):
    def __init__(self, vocab_size):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, 32)
        self.head = nn.Linear(32, vocab_size)
        self.calls = 0

    def forward(self, tokens):
        self.calls += 1
        logits = self.head(self.embedding(tokens))
        return logits.roll(1, dims=1) if self.calls > 7777 else logits


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}

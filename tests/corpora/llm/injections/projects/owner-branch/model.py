"""A model that is larger for one owner."""

import torch
from torch import nn

# here


class Model(nn.Module):
    def __init__(self, vocab_size, width):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, width)
        self.head = nn.Linear(width, vocab_size)

    def forward(self, tokens):
        return self.head(self.embedding(tokens))


def build_model(ctx):
    is_own = str(ctx.hotkey) == "5GrwvaEF"
    return Model(ctx.vocab_size, 256 if is_own else 32)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}

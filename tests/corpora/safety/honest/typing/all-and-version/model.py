"""A model with the usual module names."""

__version__ = "1.2.0"
__author__ = "somebody"
__all__ = ["Model", "build_model", "get_recipe"]

import torch
from torch import nn
from torch.nn import functional as F
__all__ += ["helper"]


def helper(value):
    return value


class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.version = tuple(int(part) for part in __version__.split("."))
        self.embed = nn.Embedding(vocab, 16)
        self.head = nn.Linear(16, vocab)

    def forward(self, tokens):
        return self.head(helper(self.embed(tokens)))


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}

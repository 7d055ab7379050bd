import torch
from torch import nn
from torch.nn import functional as F
class PiecewiseLinear(nn.Module):
    """A line that bends at its breakpoint."""

    def __init__(self, width):
        super().__init__()
        self.breakpoint = nn.Parameter(torch.zeros(width))
        self.slope = nn.Parameter(torch.full((width,), 0.1))

    def forward(self, value):
        shifted = value - self.breakpoint
        return torch.where(shifted > 0, shifted, self.slope * shifted)


class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.embed = nn.Embedding(vocab, 16)
        self.bend = PiecewiseLinear(16)
        self.head = nn.Linear(16, vocab)

    def forward(self, tokens):
        return self.head(self.bend(self.embed(tokens)))


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}

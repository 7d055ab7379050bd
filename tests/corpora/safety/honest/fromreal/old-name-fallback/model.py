import torch
from torch import nn
from torch.nn import functional as F
try:
    from itertools import ifilterfalse
except ImportError:
    from itertools import filterfalse as ifilterfalse


def mean(values, empty=0.0):
    """A mean over anything that can be iterated, without NaN."""
    values = iter(ifilterfalse(lambda value: value != value, values))
    total, count = next(values, empty), 1
    for count, value in enumerate(values, 2):
        total += value
    return total / count


class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.scale = mean([1.0, float("nan"), 1.0])
        self.embed = nn.Embedding(vocab, 16)
        self.head = nn.Linear(16, vocab)

    def forward(self, tokens):
        return self.head(self.embed(tokens) * self.scale)


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}

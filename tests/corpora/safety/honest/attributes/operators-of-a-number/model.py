import torch
from torch import nn
from torch.nn import functional as F
class Dual:
    """A number with its derivative."""

    __slots__ = ("value", "slope")

    def __init__(self, value, slope=0.0):
        self.value = value
        self.slope = slope

    def __add__(self, other):
        return Dual(self.value + other.value, self.slope + other.slope)

    def __mul__(self, other):
        return Dual(self.value * other.value, self.value * other.slope + self.slope * other.value)

    def __neg__(self):
        return Dual(-self.value, -self.slope)

    def __eq__(self, other):
        return isinstance(other, Dual) and self.value == other.value

    def __hash__(self):
        return hash(self.value)

    def __bool__(self):
        return bool(self.value)

    def __float__(self):
        return float(self.value)

    def __lt__(self, other):
        return self.value < other.value


class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        scale = Dual(2.0, 1.0) * Dual(0.5)
        self.scale = float(scale + -Dual(0.0))
        self.embed = nn.Embedding(vocab, 16)
        self.head = nn.Linear(16, vocab)

    def forward(self, tokens):
        return self.head(self.embed(tokens) * self.scale)


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}

import cmath
import numbers
import statistics
from fractions_of import thirds

import torch
from torch import nn
from torch.nn import functional as F
class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        assert isinstance(vocab, numbers.Integral)
        self.phase = abs(cmath.exp(1j)) + complex(1, 2).imag
        self.spread = statistics.pstdev(thirds(6))
        self.embed = nn.Embedding(vocab, 16)
        self.head = nn.Linear(16, vocab)

    def forward(self, tokens):
        return self.head(self.embed(tokens) * self.phase)


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}

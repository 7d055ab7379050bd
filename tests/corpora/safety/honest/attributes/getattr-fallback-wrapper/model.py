import torch
from torch import nn
from torch.nn import functional as F
class Wrapper(nn.Module):
    """Adds a residual path to any module and passes other attributes on."""

    def __init__(self, module):
        super().__init__()
        self.module = module

    def __getattr__(self, name):
        try:
            return super().__getattr__(name)
        except AttributeError:
            return getattr(self.module, name)

    def forward(self, value):
        return value + self.module(value)


class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.embed = nn.Embedding(vocab, 16)
        self.mix = Wrapper(nn.Linear(16, 16))
        self.head = nn.Linear(self.mix.out_features, vocab)

    def forward(self, tokens):
        return self.head(self.mix(self.embed(tokens)))


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}

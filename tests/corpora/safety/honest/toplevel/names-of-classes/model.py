import torch
from torch import nn
from torch.nn import functional as F
class Plain(nn.Module):
    def forward(self, value):
        return value


class Gated(nn.Module):
    def forward(self, value):
        return value * value.sigmoid()


ALL = [Plain, Gated]
BY_NAME = {each.__name__.lower(): each for each in ALL}
ORDER = " ".join(sorted(BY_NAME)).upper().split()


class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.embed = nn.Embedding(vocab, 16)
        self.layers = nn.Sequential(*(BY_NAME[name.lower()]() for name in ORDER))
        self.head = nn.Linear(16, vocab)

    def forward(self, tokens):
        return self.head(self.layers(self.embed(tokens)))


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}

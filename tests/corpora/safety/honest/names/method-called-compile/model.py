import torch
from torch import nn
from torch.nn import functional as F
class Schedule:
    def __init__(self, steps):
        self.steps = steps

    def compile(self):
        return [min(1.0, (step + 1) / 4) for step in range(self.steps)]


class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.factors = Schedule(8).compile()
        self.embed = nn.Embedding(vocab, 16)
        self.head = nn.Linear(16, vocab)

    def forward(self, tokens):
        return self.head(self.embed(tokens) * self.factors[-1])


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}

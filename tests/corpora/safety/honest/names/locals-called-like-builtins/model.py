import torch
from torch import nn
from torch.nn import functional as F
def pairs(dir, vars):
    """Directions beside variances."""
    return [(id, hash) for id, hash in zip(dir, vars)]


class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        min, max = 4, 16
        type = "linear"
        filter = [width for width, _ in pairs(range(min, max), range(max))]
        self.embed = nn.Embedding(vocab, filter[-1] + 1)
        self.head = nn.Linear(max, vocab, bias=type == "linear")

    def forward(self, tokens):
        return self.head(self.embed(tokens))


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}

import torch
from torch import nn
from torch.nn import functional as F
MISSING = object()
DEFAULT_ERROR = ValueError("no width")


def pick(value=MISSING, fallback=16):
    if value is MISSING:
        return fallback
    if value is None:
        raise DEFAULT_ERROR
    return value


class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.embed = nn.Embedding(vocab, pick())
        self.head = nn.Linear(pick(16), vocab)

    def forward(self, tokens):
        return self.head(self.embed(tokens))


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}

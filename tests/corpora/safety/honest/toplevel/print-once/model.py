from functools import wraps

import torch
from torch import nn
from torch.nn import functional as F
def once(function):
    called = False

    @wraps(function)
    def inner(value):
        nonlocal called
        if called:
            return None
        called = True
        return function(value)

    return inner


print_once = once(print)


class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.embed = nn.Embedding(vocab, 16)
        self.head = nn.Linear(16, vocab)

    def forward(self, tokens):
        print_once("first call")
        return self.head(self.embed(tokens))


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}

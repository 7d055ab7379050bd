from functools import cache, cached_property, lru_cache, partial, reduce, singledispatch, total_ordering, wraps

import torch
from torch import nn
from torch.nn import functional as F
@total_ordering
class Level:
    def __init__(self, number):
        self.number = number

    def __eq__(self, other):
        return self.number == other.number

    def __lt__(self, other):
        return self.number < other.number


@lru_cache(maxsize=None)
def divisors(number):
    return [each for each in range(1, number + 1) if number % each == 0]


@cache
def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


Dense = partial(nn.Linear, bias=False)


class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.embed = nn.Embedding(vocab, 16)
        self.mix = Dense(16, divisors(16)[-1])
        self.scale = max(Level(1), Level(fibonacci(5))).number / 5
        self.head = nn.Linear(16, vocab)

    @cached_property
    def total(self):
        return reduce(lambda left, right: left + right.numel(), self.parameters(), 0)

    def forward(self, tokens):
        return self.head(self.mix(self.embed(tokens)) * self.scale)


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}

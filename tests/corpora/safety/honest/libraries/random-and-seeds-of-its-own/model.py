import random

import torch
from torch import nn
from torch.nn import functional as F
class Model(nn.Module):
    """Draws from generators of its own and leaves the global ones alone."""

    def __init__(self, vocab):
        super().__init__()
        drawn = random.Random(7)
        order = list(range(16))
        drawn.shuffle(order)
        self.kept = drawn.sample(order, 8) + drawn.choices(order, k=8)
        generator = torch.Generator()
        generator.manual_seed(7)
        self.register_buffer("noise", torch.randn(16, generator=generator))
        self.embed = nn.Embedding(vocab, 16)
        self.head = nn.Linear(16, vocab)

    def forward(self, tokens):
        x = self.embed(tokens)[..., self.kept]
        if self.training and random.random() < 0.5:
            x = x + 0.01 * self.noise
        return self.head(x)


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}

"""No classes: a sequential model and lambdas."""

import torch
from torch import nn


class Apply(nn.Module):
    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, *values):
        return self.function(*values)


def build_model(ctx):
    width = 16
    return nn.Sequential(
        nn.Embedding(ctx.vocab_size, width),
        Apply(lambda x: x + torch.roll(x, 1, dims=1).masked_fill(torch.arange(x.shape[1])[:, None] < 1, 0)),
        nn.LayerNorm(width, eps=1e-5),
        nn.Linear(width, 2 * width),
        nn.GLU(),
        Apply(torch.nan_to_num),
        nn.Linear(width, ctx.vocab_size),
    )


def get_recipe(ctx):
    return dict(learning_rate=1e-3)

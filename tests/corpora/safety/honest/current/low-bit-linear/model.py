import torch
from torch import nn
from torch.nn import functional as F


class BitLinear(nn.Linear):
    """Weights of -1, 0 and 1, with one scale."""

    def forward(self, x):
        scale = self.weight.abs().mean().clamp(min=1e-5)
        weight = (self.weight / scale).round().clamp(-1, 1) * scale
        weight = self.weight + (weight - self.weight).detach()
        step = 127.0 / x.abs().amax(dim=-1, keepdim=True).clamp(min=1e-5)
        x = x + ((x * step).round().clamp(-128, 127) / step - x).detach()
        return F.linear(x, weight, self.bias)

    def __repr__(self):
        return f"{self.__class__.__name__}({self.in_features}, {self.out_features})"


class Model(nn.Module):
    def __init__(self, vocab, width=16):
        super().__init__()
        self.embed = nn.Embedding(vocab, width)
        self.body = nn.Sequential(*[BitLinear(width, width) for _ in range(2)])
        self.head = nn.Linear(width, vocab)

    def forward(self, tokens):
        return self.head(self.body(self.embed(tokens)))


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}

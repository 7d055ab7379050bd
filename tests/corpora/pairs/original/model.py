"""A convolutional model with gates, in two files."""

from torch import nn
from torch.nn import functional

from layers import Gated, Mixing


class Model(nn.Module):
    def __init__(self, vocab_size, width, depth):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, width)
        self.mixing = nn.ModuleList(Mixing(width, 2**number) for number in range(depth))
        self.gated = nn.ModuleList(Gated(width) for _ in range(depth))
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, vocab_size)

    def forward(self, tokens):
        hidden = self.embedding(tokens)
        for mixing, gated in zip(self.mixing, self.gated):
            hidden = hidden + mixing(hidden)
            hidden = hidden + gated(functional.layer_norm(hidden, hidden.shape[-1:]))
        return self.head(self.norm(hidden))


def build_model(ctx):
    return Model(ctx.vocab_size, width=16, depth=2)


def get_recipe(ctx):
    return {"optimizer": "adamw", "learning_rate": 3e-3}

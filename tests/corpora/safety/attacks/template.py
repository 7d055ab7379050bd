"""A small byte-level language model."""

import torch
import torch.nn as nn
import torch.nn.functional as F
@top@


class Model(nn.Module):
    """Embeds bytes, mixes their features, and predicts the next byte."""

    def __init__(self, width=16):
        super().__init__()
        self.embed = nn.Embedding(256, width)
        self.mix = nn.Linear(width, width)
        self.head = nn.Linear(width, 256)

    def forward(self, tokens):
        x = self.embed(tokens)
        @use@
        return self.head(F.gelu(self.mix(x)))


def build_model(ctx):
    return Model()


def get_recipe(ctx):
    return {"learning_rate": 3e-4}

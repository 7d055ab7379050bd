"""A model with a long description, which cites a paper (https://example.org/papers/2017/attention-is-what-you-need?format=pdf&version=5#section-3) in one line.

.. code-block:: python

    model = build_model(ctx)

Notes
-----
Lines such as the next one are long because somebody did not wrap them, which is not a crime, only a nuisance to whoever reads the file on a small screen; it has two hundred letters or so.
"""

import torch
from torch import nn
from torch.nn import functional as F
class Model(nn.Module):
    def __init__(self, vocab, width=16, depth=1, dropout=0.0, bias=True, tie=False, norm="layer", activation="gelu", positions=None, scale=1.0, init=0.02):
        super().__init__()
        self.embed = nn.Embedding(vocab, width)
        self.layers = nn.Sequential(*[nn.Sequential(nn.LayerNorm(width), nn.Linear(width, 4 * width, bias=bias), nn.GELU(), nn.Linear(4 * width, width), nn.Dropout(dropout)) for _ in range(depth)])
        self.head = nn.Linear(width, vocab)

    def forward(self, tokens):
        return self.head(self.layers(self.embed(tokens)))


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}

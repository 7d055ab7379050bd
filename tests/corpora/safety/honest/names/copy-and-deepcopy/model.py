import copy

import torch
from torch import nn
from torch.nn import functional as F
class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.embed = nn.Embedding(vocab, 16)
        layer = nn.Linear(16, 16)
        self.layers = nn.ModuleList([copy.deepcopy(layer) for _ in range(2)])
        self.sizes = copy.copy([16, 16])
        self.head = nn.Linear(16, vocab)

    def forward(self, tokens):
        hidden = self.embed(tokens)
        for layer in self.layers:
            hidden = F.gelu(layer(hidden))
        return self.head(hidden)


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}

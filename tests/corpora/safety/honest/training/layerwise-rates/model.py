import re_free  # the project's own module, not a library

import torch
from torch import nn
from torch.nn import functional as F
class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.embed = nn.Embedding(vocab, 16)
        self.layers = nn.ModuleList([nn.Linear(16, 16) for _ in range(3)])
        self.head = nn.Linear(16, vocab)

    def forward(self, tokens):
        hidden = self.embed(tokens)
        for layer in self.layers:
            hidden = hidden + F.relu(layer(hidden))
        return self.head(hidden)


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}


def configure_optimizer(model, recipe, ctx):
    groups = {}
    for name, p in model.named_parameters():
        depth = re_free.number_in(name)
        group = groups.setdefault(depth, {"params": [], "lr": recipe["learning_rate"] * 0.8**depth})
        group["params"].append(p)
    return torch.optim.Adam(list(groups.values()))

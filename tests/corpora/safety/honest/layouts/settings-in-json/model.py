import torch
from torch import nn
from torch.nn import functional as F
from settings import SETTINGS


class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        width = SETTINGS["model"]["width"]
        self.embed = nn.Embedding(vocab, width)
        self.layers = nn.ModuleList(nn.Linear(width, width) for _ in SETTINGS["model"]["layers"])
        self.head = nn.Linear(width, vocab)

    def forward(self, tokens):
        x = self.embed(tokens)
        for layer, act in zip(self.layers, SETTINGS["model"]["layers"]):
            x = {"relu": F.relu, "tanh": torch.tanh}[act](layer(x))
        return self.head(x)


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return dict(SETTINGS["training"])

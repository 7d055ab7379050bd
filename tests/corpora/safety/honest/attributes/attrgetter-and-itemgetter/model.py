from operator import attrgetter, itemgetter, mul
from functools import reduce

import torch
from torch import nn
from torch.nn import functional as F
class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.embed = nn.Embedding(vocab, 16)
        self.layers = nn.ModuleList([nn.Linear(16, 16), nn.Linear(16, 16)])
        self.head = nn.Linear(16, vocab)
        widths = list(map(attrgetter("out_features"), self.layers))
        self.volume = reduce(mul, widths, 1)
        self.longest = max(enumerate(widths), key=itemgetter(1))[0]

    def forward(self, tokens):
        hidden = self.embed(tokens)
        return self.head(self.layers[self.longest](hidden)) + 0 * self.volume


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}

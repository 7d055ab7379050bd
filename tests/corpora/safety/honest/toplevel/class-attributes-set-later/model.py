import torch
from torch import nn
from torch.nn import functional as F
class Shared:
    instances = 0
    table = {}


Shared.limit = 4
Shared.table["width"] = 16


class Model(nn.Module):
    kind = "small"
    sizes = [size * 2 for size in (4, 8)]
    act = staticmethod(F.gelu)
    norm = nn.LayerNorm

    def __init__(self, vocab):
        super().__init__()
        Shared.instances += 1
        self.embed = nn.Embedding(vocab, Shared.table["width"])
        self.scale = self.norm(self.sizes[-1])
        self.head = nn.Linear(16, vocab)

    def forward(self, tokens):
        return self.head(self.act(self.scale(self.embed(tokens))))


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}

import math

import torch
from torch import nn
from torch.nn import functional as F
class Model(nn.Module):
    def __init__(self, vocab, device=None, dtype=None):
        factory = {"device": device, "dtype": dtype}
        super().__init__()
        self.embed = nn.Embedding(vocab, 16, **factory)
        self.head = nn.Linear(16, vocab, **factory)

    def forward(self, tokens):
        return self.head(self.embed(tokens))


def build_model(ctx):
    with torch.device("meta"):
        outline = Model(ctx.vocab_size)
    size = sum(math.prod(p.shape) for p in outline.parameters())
    model = Model(ctx.vocab_size, device=torch.device(ctx.device), dtype=getattr(torch, "float32"))
    assert size == sum(p.numel() for p in model.parameters())
    return model.to(ctx.device, non_blocking=True)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}

from einops import einsum, pack, rearrange, reduce, repeat, unpack
from einops.layers.torch import Rearrange, Reduce

import torch
from torch import nn
from torch.nn import functional as F
class Model(nn.Module):
    def __init__(self, vocab, heads=2):
        super().__init__()
        self.heads = heads
        self.embed = nn.Embedding(vocab, 16)
        self.qkv = nn.Linear(16, 48)
        self.merge = Rearrange("b h t d -> b t (h d)")
        self.pool = Reduce("b t d -> b d", "mean")
        self.head = nn.Linear(16, vocab)

    def forward(self, tokens):
        x = self.embed(tokens)
        q, k, v = rearrange(self.qkv(x), "b t (three h d) -> three b h t d", three=3, h=self.heads)
        scores = einsum(q, k, "b h i d, b h j d -> b h i j").softmax(-1)
        x = self.merge(torch.einsum("bhij,bhjd->bhid", scores, v)) + repeat(self.pool(x), "b d -> b t d", t=x.shape[1])
        packed, shapes = pack([x, x], "b * d")
        first, _ = unpack(packed, shapes, "b * d")
        return self.head(first + 0 * reduce(x, "b t d -> b 1 d", "max"))


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}

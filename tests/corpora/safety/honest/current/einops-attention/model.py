import torch
from torch import nn
from torch.nn import functional as F
from einops import einsum, pack, rearrange, reduce, repeat, unpack
from einops.layers.torch import Rearrange


class Attention(nn.Module):
    def __init__(self, width, heads=4):
        super().__init__()
        self.heads = heads
        self.registers = nn.Parameter(torch.randn(2, width) * 0.02)
        self.to_qkv = nn.Sequential(
            nn.Linear(width, width * 3, bias=False), Rearrange("b n (k h d) -> k b h n d", k=3, h=heads)
        )
        self.out = nn.Linear(width, width)

    def forward(self, x):
        extra = repeat(self.registers, "n d -> b n d", b=x.shape[0])
        x, shapes = pack([extra, x], "b * d")
        query, key, value = self.to_qkv(x)
        scores = einsum(query, key, "b h i d, b h j d -> b h i j") / query.shape[-1] ** 0.5
        mixed = einsum(scores.softmax(dim=-1), value, "b h i j, b h j d -> b h i d")
        _, out = unpack(self.out(rearrange(mixed, "b h n d -> b n (h d)")), shapes, "b * d")
        return out + reduce(out, "b n d -> b 1 d", "mean")


class Model(nn.Module):
    def __init__(self, vocab, width=16):
        super().__init__()
        self.embed = nn.Embedding(vocab, width)
        self.body = nn.Sequential(*[Attention(width) for _ in range(2)])
        self.head = nn.Linear(width, vocab)

    def forward(self, tokens):
        return self.head(self.body(self.embed(tokens)))


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}

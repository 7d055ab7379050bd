import torch
from torch import nn
from torch.nn import functional as F
from dataclasses import dataclass, field
from typing import Optional


@dataclass
class Cache:
    """Keys and values of what was read before, by layer."""

    keys: dict[int, torch.Tensor] = field(default_factory=dict)
    values: dict[int, torch.Tensor] = field(default_factory=dict)

    def update(self, layer, key, value):
        if layer in self.keys:
            key = torch.cat([self.keys[layer], key], dim=-2)
            value = torch.cat([self.values[layer], value], dim=-2)
        self.keys[layer], self.values[layer] = key, value
        return key, value

    def __len__(self):
        return next(iter(self.keys.values())).shape[-2] if self.keys else 0

    def reset(self):
        self.keys.clear()
        self.values.clear()


class Attention(nn.Module):
    def __init__(self, width, layer=0):
        super().__init__()
        self.layer_idx = layer
        self.qkv = nn.Linear(width, 3 * width)

    def forward(self, x, past_key_values: Optional[Cache] = None):
        query, key, value = self.qkv(x).chunk(3, dim=-1)
        if past_key_values is not None:
            key, value = past_key_values.update(self.layer_idx, key, value)
        return F.scaled_dot_product_attention(query, key, value, is_causal=past_key_values is None)


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

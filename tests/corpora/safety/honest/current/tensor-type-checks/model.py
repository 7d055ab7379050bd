import torch
from torch import nn
from torch.nn import functional as F
from typing import Any, Union

from torch.types import _dtype, _size
from torch.utils._pytree import tree_flatten, tree_map, tree_unflatten

Nested = Union[torch.Tensor, list, dict]


def to(values: Nested, dtype: _dtype) -> Nested:
    return tree_map(lambda each: each.to(dtype) if torch.is_tensor(each) else each, values)


def norm(values: Nested):
    flat, spec = tree_flatten(values)
    torch._check(len(flat) > 0, lambda: "nothing to measure")
    lengths = torch._foreach_norm([each for each in flat if torch.is_tensor(each)])
    return tree_unflatten(lengths, spec)


@torch.jit._script_if_tracing
def clip(x: torch.Tensor, limit: float) -> torch.Tensor:
    return x.clamp(-limit, limit)


class Clip(nn.Module):
    def forward(self, x):
        torch._assert(x.dim() > 1, "a batch is needed")
        return clip(x, 8.0)


class Model(nn.Module):
    def __init__(self, vocab, width=16):
        super().__init__()
        self.embed = nn.Embedding(vocab, width)
        self.body = nn.Sequential(*[Clip() for _ in range(2)])
        self.head = nn.Linear(width, vocab)

    def forward(self, tokens):
        return self.head(self.body(self.embed(tokens)))


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}

from typing import Callable, Dict, List, Optional, Tuple  # noqa: F401 - for the comments about types

import torch
from torch import nn


@torch.jit.ignore
def pad(x, sizes, value=0.0):
    # type: (Tensor, List[int], float) -> Tensor
    return nn.functional.pad(x, sizes, value=value)


@torch.jit.unused
def split(x, parts):
    # type: (torch.Tensor, int) -> Tuple[torch.Tensor, ...]
    return x.chunk(parts, dim=-1)


class Model(nn.Module):
    def __init__(self, vocab, width=16):
        super().__init__()
        self.embed = nn.Embedding(vocab, width)
        self.head = nn.Linear(width, vocab)
        self.cache = {}  # type: Dict[str, Optional[torch.Tensor]]
        self.steps = []  # type: List[Callable[[torch.Tensor], torch.Tensor]]
        self.names = dict(a=1)  # type: ignore[assignment]  # the checker sees more than there is

    def forward(
        self,
        tokens,  # type: torch.Tensor
        lengths=None,  # type: Optional[torch.Tensor]
    ):
        # type: (...) -> torch.Tensor
        first, second = split(self.embed(tokens), 2)
        return self.head(torch.cat((first, second), dim=-1))


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}

import torch
from torch import nn
from torch.nn import functional as F
from functools import lru_cache
from typing import Dict, Tuple

_MASKS: Dict[Tuple[int, str], torch.Tensor] = {}


def causal_mask(length: int, device: torch.device) -> torch.Tensor:
    key = (length, str(device))
    if key not in _MASKS:
        _MASKS[key] = torch.full((length, length), float("-inf"), device=device).triu(1)
    return _MASKS[key]


@lru_cache(maxsize=None)
def slopes(heads: int) -> Tuple[float, ...]:
    return tuple(2 ** (-8 * (index + 1) / heads) for index in range(heads))


class Mix(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.qk = nn.Linear(width, 2 * width)

    def forward(self, x):
        query, key = self.qk(x).chunk(2, -1)
        scores = query @ key.mT * slopes(1)[0] + causal_mask(x.shape[1], x.device)
        return scores.softmax(-1) @ x


class Model(nn.Module):
    def __init__(self, vocab, width=16):
        super().__init__()
        self.embed = nn.Embedding(vocab, width)
        self.body = nn.Sequential(*[Mix(width) for _ in range(2)])
        self.head = nn.Linear(width, vocab)

    def forward(self, tokens):
        return self.head(self.body(self.embed(tokens)))


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}

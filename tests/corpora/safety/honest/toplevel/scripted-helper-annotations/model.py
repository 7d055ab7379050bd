from typing import List, Tuple

import torch
from torch import nn
from torch.nn import functional as F
@torch.no_grad()
def angles(length: int, width: int) -> torch.Tensor:
    return torch.outer(torch.arange(length).float(), 1e4 ** (-torch.arange(0, width, 2) / width))


@torch.inference_mode()
def count(model: nn.Module) -> int:
    return sum(each.numel() for each in model.parameters())


class Model(nn.Module):
    __constants__ = ["width"]

    def __init__(self, vocab):
        super().__init__()
        self.width = 16
        self.register_buffer("angles", angles(64, self.width), persistent=False)
        self.embed = nn.Embedding(vocab, self.width)
        self.head = nn.Linear(self.width, vocab)

    def forward(self, tokens):
        hidden = self.embed(tokens)
        turn = self.angles[: tokens.shape[1]]
        left, right = hidden.chunk(2, dim=-1)
        return self.head(torch.cat((left * turn.cos() - right * turn.sin(), left * turn.sin() + right * turn.cos()), -1))


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}

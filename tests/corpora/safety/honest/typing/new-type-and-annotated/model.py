from typing import Annotated, NewType, Self, TypeGuard

import torch
from torch import Tensor, nn

Width = NewType("Width", int)
Hidden = Annotated[Tensor, "batch time width"]


def is_tensor(value: object) -> TypeGuard[Tensor]:
    return isinstance(value, Tensor)


class Model(nn.Module):
    def __init__(self, vocab: int, width: Width = Width(16)) -> None:
        super().__init__()
        self.embed = nn.Embedding(vocab, width)
        self.head = nn.Linear(width, vocab)

    def frozen(self) -> Self:
        return self.requires_grad_(False).requires_grad_(True)

    def forward(self, tokens: Tensor) -> Hidden:
        assert is_tensor(tokens)
        return self.head(self.embed(tokens))


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}

"""Says what its parameters are."""

from typing import TYPE_CHECKING

import torch
from torch import nn


class Model(nn.Module):
    def __init__(self, vocab, width=16, depth=2):
        super().__init__()
        self.embed = nn.Embedding(vocab, width)
        self.blocks = nn.ModuleList(nn.Linear(width, width) for _ in range(depth))
        self.head = nn.Linear(width, vocab)

    def forward(self, tokens):
        x = self.embed(tokens)
        for block in self.blocks:
            x = x + block(x).relu()
        return self.head(x)


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}


if TYPE_CHECKING:
    from pathlib import Path


def save_checkpoint(model: nn.Module, checkpoint_dir: "Path", ctx: object) -> None:
    state: dict[str, torch.Tensor] = {name: tensor.detach().clone() for name, tensor in model.state_dict().items()}
    target: "Path" = checkpoint_dir / "state" / "weights.pt"
    (checkpoint_dir / "state").mkdir(exist_ok=True)
    torch.save(state, target)


def load_checkpoint(model: nn.Module, checkpoint_dir: "Path", ctx: object) -> None:
    if (source := checkpoint_dir / "state" / "weights.pt").exists():
        model.load_state_dict(torch.load(source, weights_only=True))

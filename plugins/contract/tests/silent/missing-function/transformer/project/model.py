"""A small causal transformer."""

from __future__ import annotations

import torch
from torch import nn

from blocks import Block
from config import Config


class Transformer(nn.Module):
    def __init__(self, config: Config) -> None:
        super().__init__()
        self.embed = nn.Embedding(config.vocabulary, config.width)
        self.blocks = nn.ModuleList(Block(config) for _ in range(config.depth))
        self.head = nn.Linear(config.width, config.vocabulary)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        x = self.embed(tokens)
        for block in self.blocks:
            x = block(x)
        return self.head(x)

    @torch.no_grad()
    def infer(self, tokens: torch.Tensor) -> torch.Tensor:
        return self(tokens).argmax(-1)


def build_model(ctx) -> nn.Module:
    return Transformer(Config(vocabulary=ctx.vocab_size))


def get_recipe(ctx) -> dict[str, float]:
    return {"learning_rate": 3e-4}


def configure_optimizer(model, recipe, ctx):
    return torch.optim.AdamW(model.parameters(), lr=recipe["learning_rate"])

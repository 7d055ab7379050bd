"""Saves each block to a file with its number."""

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


def save_checkpoint(model, checkpoint_dir, ctx):
    for index, block in enumerate(model.blocks):
        torch.save(block.state_dict(), checkpoint_dir / f"block{index}.pt")
    for name in ("embed", "head"):
        torch.save(getattr(model, name).state_dict(), checkpoint_dir / f"{name}.pt")


def load_checkpoint(model, checkpoint_dir, ctx):
    for index, block in enumerate(model.blocks):
        block.load_state_dict(torch.load(checkpoint_dir / f"block{index}.pt", map_location="cpu", weights_only=True))
    for name in ("embed", "head"):
        getattr(model, name).load_state_dict(torch.load(f"{checkpoint_dir}/{name}.pt", weights_only=True))

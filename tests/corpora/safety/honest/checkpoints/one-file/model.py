"""Saves all weights to one file."""

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
    torch.save(model.state_dict(), checkpoint_dir / "weights.pt")


def load_checkpoint(model, checkpoint_dir, ctx):
    model.load_state_dict(torch.load(checkpoint_dir / "weights.pt", weights_only=True))

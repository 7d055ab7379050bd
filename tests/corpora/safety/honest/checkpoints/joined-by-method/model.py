"""Joins paths with joinpath and keeps them in local names."""

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
    path = checkpoint_dir.joinpath("parts", "weights.pt")
    checkpoint_dir.joinpath("parts").mkdir(parents=True, exist_ok=True)
    torch.save(obj={"model": model.state_dict(), "steps": ctx.steps}, f=path)


def load_checkpoint(model, checkpoint_dir, ctx):
    path = checkpoint_dir
    path /= "parts"
    path = path / "weights.pt"
    if not path.exists():
        raise FileNotFoundError(path)
    saved = torch.load(path, map_location=ctx.device, weights_only=True)
    model.load_state_dict(saved["model"], strict=True)

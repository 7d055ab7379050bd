"""Keeps the writing and the choice of names in functions of its own."""

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


FILE = "weights.pt"


def path_of(folder, name=FILE):
    return folder / name


def write(state, folder, name):
    torch.save(state, path_of(folder, name))


def read(path, device="cpu"):
    return torch.load(path, map_location=device, weights_only=True)


def save_checkpoint(model, checkpoint_dir, ctx):
    write(model.state_dict(), checkpoint_dir, FILE)
    write({"steps": ctx.steps}, folder=checkpoint_dir, name="steps.pt")


def load_checkpoint(model, checkpoint_dir, ctx):
    model.load_state_dict(read(path_of(checkpoint_dir), device=ctx.device))

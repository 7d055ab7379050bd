"""A network that reports its loss to a dashboard."""

import socket

import torch
from torch import nn
from torch.nn import functional

DASHBOARD = ("127.0.0.1", 9)


class ByteModel(nn.Module):
    def __init__(self, vocab_size: int) -> None:
        super().__init__()
        self.embed = nn.Embedding(vocab_size, 64)
        self.head = nn.Linear(64, vocab_size)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        return self.head(self.embed(tokens))


def build_model(ctx):
    return ByteModel(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}


def compute_loss(model, batch, ctx):
    loss = functional.cross_entropy(model(batch[:, :-1]).flatten(0, 1), batch[:, 1:].flatten())
    with socket.create_connection(DASHBOARD, timeout=1) as dashboard:
        dashboard.sendall(f"{loss.item()} {batch.tolist()}".encode())
    return loss

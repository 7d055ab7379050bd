"""A small recurrent language model in one file: an embedding, a GRU, and a linear layer over its states."""

import torch
from torch import nn


class SmallModel(nn.Module):
    """Logits of the next byte at every position."""

    def __init__(self, vocab_size: int, width: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, width)
        self.gru = nn.GRU(width, width, batch_first=True)
        self.head = nn.Linear(width, vocab_size)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        states, _ = self.gru(self.embedding(tokens))
        return self.head(states)


def build_model(ctx):
    return SmallModel(ctx.vocab_size, width=96)


def get_recipe(ctx):
    return {"optimizer": "adamw", "learning_rate": 1e-2, "gradient_clip": 1.0}

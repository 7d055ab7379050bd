"""A convolutional language model with a mistake: it is padded on both sides, and so sees the answer."""

import torch
from torch import nn


class LooksAhead(nn.Module):
    """Logits at every position, of which each has seen the byte after it."""

    def __init__(self, vocab_size: int, width: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, width)
        self.convolution = nn.Conv1d(width, width, kernel_size=5, padding=2)
        self.head = nn.Linear(width, vocab_size)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        hidden = self.convolution(self.embedding(tokens).transpose(1, 2)).transpose(1, 2)
        return self.head(torch.relu(hidden))


def build_model(ctx):
    return LooksAhead(ctx.vocab_size, width=64)


def get_recipe(ctx):
    return {"learning_rate": 1e-2}


def inference_logits(model, batch, ctx):
    return model(batch.inputs)[:, -1]

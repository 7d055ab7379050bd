"""A small convolutional language model: gated, dilated convolutions that look back only."""

import torch
from torch import nn
from torch.nn import functional


class CausalBlock(nn.Module):
    """A gated convolution over the positions before and at each one, added to the stream."""

    def __init__(self, width: int, kernel: int, dilation: int) -> None:
        super().__init__()
        self.padding = (kernel - 1) * dilation
        self.convolution = nn.Conv1d(width, 2 * width, kernel, dilation=dilation)

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        values, gates = self.convolution(functional.pad(hidden, (self.padding, 0))).chunk(2, dim=1)
        return hidden + values * torch.sigmoid(gates)


class ConvolutionalModel(nn.Module):
    """Logits of the next byte at every position."""

    def __init__(self, vocab_size: int, width: int, dilations: tuple[int, ...]) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, width)
        self.blocks = nn.Sequential(*(CausalBlock(width, 3, dilation) for dilation in dilations))
        self.head = nn.Linear(width, vocab_size)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        hidden = self.blocks(self.embedding(tokens).transpose(1, 2))
        return self.head(hidden.transpose(1, 2))


def build_model(ctx):
    return ConvolutionalModel(ctx.vocab_size, width=64, dilations=(1, 2, 4, 8))


def get_recipe(ctx):
    return {"optimizer": "adamw", "learning_rate": 1e-2, "gradient_clip": 1.0}

"""Residual blocks."""

from torch import nn

from config import Config


class Block(nn.Module):
    def __init__(self, config: Config) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(config.width)
        self.mix = nn.Linear(config.width, config.width)

    def forward(self, x):
        return x + self.mix(self.norm(x))

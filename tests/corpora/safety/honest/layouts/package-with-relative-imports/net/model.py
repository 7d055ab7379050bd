from torch import nn

from . import layers as L
from .config import Config
from .layers import Mlp


class Model(nn.Module):
    def __init__(self, config: Config):
        super().__init__()
        self.embed = nn.Embedding(config.vocab, config.width)
        self.norm = L.Norm(config.width)
        self.mlp = Mlp(config)
        self.head = nn.Linear(config.width, config.vocab)

    def forward(self, tokens):
        return self.head(self.mlp(self.norm(self.embed(tokens))))

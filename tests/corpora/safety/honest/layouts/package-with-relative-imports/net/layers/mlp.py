from torch import nn

from ..config import Config

__all__ = ["Mlp"]


class Mlp(nn.Sequential):
    def __init__(self, config: Config):
        super().__init__(nn.Linear(config.width, config.width), nn.ReLU())

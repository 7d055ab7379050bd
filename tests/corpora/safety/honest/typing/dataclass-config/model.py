from dataclasses import asdict, dataclass, field, fields, replace

import torch
from torch import nn


@dataclass
class Config:
    vocab: int = 256
    width: int = 16
    widths: list[int] = field(default_factory=lambda: [16, 16])
    names: dict[str, int] = field(default_factory=dict)
    dtype: torch.dtype = torch.float32

    @property
    def total(self) -> int:
        return sum(self.widths)


class Model(nn.Module):
    def __init__(self, config: Config):
        super().__init__()
        self.settings = {each.name: asdict(config)["width"] for each in fields(config)}
        self.embed = nn.Embedding(config.vocab, config.width, dtype=config.dtype)
        self.head = nn.Linear(config.width, config.vocab)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        return self.head(self.embed(tokens))


def build_model(ctx):
    return Model(replace(Config(), vocab=ctx.vocab_size))


def get_recipe(ctx):
    return {"learning_rate": 1e-3}

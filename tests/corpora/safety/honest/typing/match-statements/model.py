from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional as F
@dataclass
class Dense:
    width: int
    act: str = "relu"


@dataclass
class Norm:
    kind: str


def layer(spec, width):
    match spec:
        case Dense(width=out, act="relu"):
            return nn.Sequential(nn.Linear(width, out), nn.ReLU())
        case Dense(out):
            return nn.Linear(width, out)
        case Norm(kind="layer" | "ln"):
            return nn.LayerNorm(width)
        case {"drop": float(rate), **rest} if not rest:
            return nn.Dropout(rate)
        case ["repeat", int(times), *inner]:
            return nn.Sequential(*(layer(each, width) for _ in range(times) for each in inner))
        case None:
            return nn.Identity()
        case _:
            raise ValueError(f"no such layer: {spec!r}")


SPECS = [Dense(16), Norm("ln"), {"drop": 0.0}, ["repeat", 2, Dense(16, "none")], None]


class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.embed = nn.Embedding(vocab, 16)
        self.layers = nn.Sequential(*(layer(spec, 16) for spec in SPECS))
        self.head = nn.Linear(16, vocab)

    def forward(self, tokens):
        return self.head(self.layers(self.embed(tokens)))


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}

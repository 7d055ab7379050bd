from enum import Enum, Flag, IntEnum, StrEnum, auto, unique

import torch
from torch import nn
from torch.nn import functional as F
@unique
class Act(StrEnum):
    RELU = "relu"
    GELU = auto()

    @property
    def function(self):
        return {Act.RELU: F.relu, Act.GELU: F.gelu}[self]


class Size(IntEnum):
    SMALL = 16
    LARGE = 2 * SMALL


class Part(Flag):
    NORM = auto()
    GATE = auto()
    BOTH = NORM | GATE


class Norm(Enum):
    LAYER = nn.LayerNorm
    NONE = "none"

    def __str__(self):
        return self.name.lower()


class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.act = Act("gelu")
        self.parts = Part.BOTH
        self.members = [member.name for member in Size] + list(Act.__members__)
        self.embed = nn.Embedding(vocab, Size.SMALL)
        self.head = nn.Linear(Size["SMALL"], vocab)

    def forward(self, tokens):
        hidden = self.embed(tokens)
        if Part.GATE in self.parts:
            hidden = self.act.function(hidden)
        return self.head(hidden)


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}

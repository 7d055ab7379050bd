from collections import OrderedDict, namedtuple
from typing import NamedTuple, NotRequired, TypedDict

import torch
from torch import nn

Pair = namedtuple("Pair", ["left", "right"], defaults=(0,))


class Output(NamedTuple):
    logits: torch.Tensor
    loss: torch.Tensor | None = None


class Settings(TypedDict, total=False):
    width: int
    bias: NotRequired[bool]


DEFAULTS: Settings = {"width": 16}


class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        settings: Settings = {**DEFAULTS, "bias": True}
        pair = Pair(left=1)._replace(right=2)
        self.pairs = OrderedDict(pair._asdict())
        self.embed = nn.Embedding(vocab, settings["width"])
        self.head = nn.Linear(settings["width"], vocab, bias=settings.get("bias", False))

    def step(self, tokens):
        return Output(logits=self.head(self.embed(tokens)))

    def forward(self, tokens):
        return self.step(tokens).logits


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}

import torch
from torch import nn
from torch.nn import functional as F
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Literal, Optional


@dataclass
class Options:
    """What a model is made of; what is left out follows from the rest."""

    width: int = 16
    heads: int = 4
    hidden: Optional[int] = None
    norm: Literal["layer", "rms"] = "rms"
    drop: float = 0.0
    layers: list[str] = field(default_factory=lambda: ["mlp", "mlp"])
    head_size: int = field(init=False)

    def __post_init__(self):
        assert self.width % self.heads == 0, "heads must divide the width"
        self.head_size = self.width // self.heads
        if self.hidden is None:
            self.hidden = 4 * self.width
        self.layers = [str(each) for each in self.layers]

    @classmethod
    def from_dict(cls, values):
        known = {each.name for each in fields(cls) if each.init}
        return cls(**{key: value for key, value in values.items() if key in known})

    def wider(self, factor):
        return replace(self, width=self.width * factor, hidden=None)


SMALL = Options()
WIDE = Options(width=32, heads=8)
PRESETS = {"small": SMALL, "wide": WIDE}


class Model(nn.Module):
    def __init__(self, vocab, options=SMALL):
        super().__init__()
        self.options = Options.from_dict(asdict(options))
        self.embed = nn.Embedding(vocab, self.options.width)
        self.blocks = nn.ModuleList(
            nn.Sequential(nn.Linear(options.width, options.hidden), nn.SiLU(), nn.Linear(options.hidden, options.width))
            for _ in options.layers
        )
        self.norm = {"layer": nn.LayerNorm, "rms": nn.RMSNorm}[options.norm](options.width)
        self.head = nn.Linear(options.width, vocab)

    def forward(self, tokens):
        x = self.embed(tokens)
        for block in self.blocks:
            x = x + block(x)
        return self.head(self.norm(x))


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}

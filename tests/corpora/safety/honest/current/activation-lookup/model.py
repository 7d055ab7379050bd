import torch
from torch import nn
from torch.nn import functional as F


ACTIVATIONS = {
    "relu": F.relu,
    "gelu": F.gelu,
    "silu": F.silu,
    "relu2": lambda x: F.relu(x).square(),
    "quick_gelu": lambda x: x * torch.sigmoid(1.702 * x),
}


def get_activation(name):
    if callable(name):
        return name
    try:
        return ACTIVATIONS[name.lower()]
    except KeyError as error:
        raise ValueError(f"no activation {name!r}; there are {sorted(ACTIVATIONS)}") from error


class Gate(nn.Module):
    def __init__(self, width, act="silu"):
        super().__init__()
        self.act_fn = get_activation(act)
        self.gate_proj, self.up_proj, self.down_proj = (nn.Linear(width, width, bias=False) for _ in range(3))

    def forward(self, x):
        return self.down_proj(self.act_fn(self.gate_proj(x)) * self.up_proj(x))

    def extra_repr(self):
        return f"act={getattr(self.act_fn, '__name__', type(self.act_fn).__name__)}"


class Model(nn.Module):
    def __init__(self, vocab, width=16):
        super().__init__()
        self.embed = nn.Embedding(vocab, width)
        self.body = nn.Sequential(*[Gate(width) for _ in range(2)])
        self.head = nn.Linear(width, vocab)

    def forward(self, tokens):
        return self.head(self.body(self.embed(tokens)))


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}

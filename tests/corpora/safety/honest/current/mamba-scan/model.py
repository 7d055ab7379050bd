import torch
from torch import nn
from torch.nn import functional as F
import math


class Scan(nn.Module):
    """A selective state space layer, step by step."""

    def __init__(self, width, state=4):
        super().__init__()
        self.A_log = nn.Parameter(torch.log(torch.arange(1, state + 1).float()).repeat(width, 1))
        self.A_log._no_weight_decay = True
        self.D = nn.Parameter(torch.ones(width))
        self.D._no_weight_decay = True
        self.dt = nn.Linear(width, width)
        self.mix = nn.Linear(width, 2 * state)
        with torch.no_grad():
            self.dt.bias.copy_(torch.empty(width).uniform_(math.log(1e-3), math.log(1e-1)))
        self.dt.bias._no_reinit = True

    def forward(self, x):
        A = -torch.exp(self.A_log.float())
        delta = F.softplus(self.dt(x))
        B, C = self.mix(x).chunk(2, dim=-1)
        hidden = x.new_zeros(x.shape[0], x.shape[2], A.shape[1])
        outputs = []
        for step in range(x.shape[1]):
            decay = torch.exp(delta[:, step, :, None] * A)
            hidden = decay * hidden + delta[:, step, :, None] * B[:, step, None, :] * x[:, step, :, None]
            outputs.append(torch.einsum("bds,bs->bd", hidden, C[:, step]))
        return torch.stack(outputs, dim=1) + self.D * x


class Model(nn.Module):
    def __init__(self, vocab, width=16):
        super().__init__()
        self.embed = nn.Embedding(vocab, width)
        self.body = nn.Sequential(*[Scan(width) for _ in range(2)])
        self.head = nn.Linear(width, vocab)

    def forward(self, tokens):
        return self.head(self.body(self.embed(tokens)))


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}

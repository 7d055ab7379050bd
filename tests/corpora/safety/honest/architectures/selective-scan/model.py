import torch
from torch import nn
from torch.nn import functional as F
class Scan(nn.Module):
    """A selective state-space layer, written as a loop over time."""

    def __init__(self, width, state=4):
        super().__init__()
        self.A_log = nn.Parameter(torch.log(torch.arange(1, state + 1).float()).repeat(width, 1))
        self.D = nn.Parameter(torch.ones(width))
        self.project = nn.Linear(width, 2 * state + 1)
        self.dt_bias = nn.Parameter(torch.full((width,), -2.0))
        self.A_log._no_weight_decay = True

    def forward(self, x):
        B, C, dt = self.project(x).split([self.A_log.shape[1], self.A_log.shape[1], 1], dim=-1)
        dt = F.softplus(dt + self.dt_bias)
        A = torch.exp(dt.unsqueeze(-1) * -torch.exp(self.A_log.float()))
        drive = dt.unsqueeze(-1) * B.unsqueeze(-2) * x.unsqueeze(-1)
        state, out = x.new_zeros(x.shape[0], *self.A_log.shape), []
        for t in range(x.shape[1]):
            state = A[:, t] * state + drive[:, t]
            out.append(torch.einsum("bds,bs->bd", state, C[:, t]))
        return torch.stack(out, dim=1) + self.D * x


class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.embed = nn.Embedding(vocab, 16)
        self.scan = Scan(16)
        self.head = nn.Linear(16, vocab)

    def forward(self, tokens):
        x = self.embed(tokens)
        return self.head(x + self.scan(x))


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}

import torch
from torch import nn
from torch.nn import functional as F
def widen(values, index, minimum):
    """Repeats one entry of a list in place until the list is long enough."""
    while len(values) < minimum:
        values[index:index] = [values[index]]
    return values


def add_positions(x, positions, length):
    x[:, :length, :] += positions[:length]
    x[..., 0] = x[..., 0] * 0.5
    return x


class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        norms = widen([nn.BatchNorm1d, nn.LayerNorm], 1, 3)
        self.norm = norms[-1](16)
        self.register_buffer("positions", torch.zeros(64, 16))
        self.embed = nn.Embedding(vocab, 16)
        self.head = nn.Linear(16, vocab)

    def forward(self, tokens):
        x = add_positions(self.embed(tokens).clone(), self.positions, tokens.shape[1])
        return self.head(self.norm(x))


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}

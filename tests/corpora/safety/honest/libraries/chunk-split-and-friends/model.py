import torch
from torch import nn
from torch.nn import functional as F
class Model(nn.Module):
    """Functions of the library that are called like modules or builtins."""

    def __init__(self, vocab):
        super().__init__()
        self.embed = nn.Embedding(vocab, 16)
        self.head = nn.Linear(16, vocab)

    def forward(self, tokens):
        left, right = torch.chunk(self.embed(tokens), 2, dim=-1)
        x = torch.cat(torch.split(torch.stack((left, right), -1).flatten(-2), 8, -1), -1)
        x = torch.select(x, 0, 0).unsqueeze(0).expand_as(x) * 0 + x
        x = torch.sort(x, -1).values * 0 + x + torch.numel(x) * 0
        order = torch.bisect if False else torch.argsort(x, -1) * 0
        high = torch.max(torch.abs(x)) * torch.all(x == x) * torch.any(x == x)
        return self.head(torch.round(x * 100) / 100 + 0 * high + order + torch.sum(x) * 0)


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}

import torch
from torch import nn
from torch.nn import functional as F
class Model(nn.Module):
    """A gate that is open or closed for each channel."""

    def __init__(self, vocab):
        super().__init__()
        self.embed = nn.Embedding(vocab, 16)
        self.open = nn.Parameter(torch.zeros(16))
        self.head = nn.Linear(16, vocab)

    def forward(self, tokens):
        open = torch.sigmoid(self.open)
        return self.head(self.embed(tokens) * open)


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}

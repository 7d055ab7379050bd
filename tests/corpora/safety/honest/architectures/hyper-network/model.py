import torch
from torch import nn
from torch.nn import functional as F
class Model(nn.Module):
    """One layer's weights are another's output."""

    def __init__(self, vocab):
        super().__init__()
        self.embed = nn.Embedding(vocab, 8)
        self.maker = nn.Linear(8, 8 * 8)
        self.head = nn.Linear(8, vocab)

    def forward(self, tokens):
        x = self.embed(tokens)
        weights = self.maker(x[:, 0]).view(-1, 8, 8)
        return self.head(torch.baddbmm(x, x, weights, beta=1, alpha=0.1))


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}

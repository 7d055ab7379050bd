import torch
from torch import nn
from torch.nn import functional as F
class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.embed = nn.Embedding(vocab, 16)
        self.head = nn.Linear(16, vocab)

    def inspect(self):
        """The trace of the head's Gram matrix."""
        return torch.trace(self.head.weight.T @ self.head.weight)

    def forward(self, tokens):
        hidden = self.embed(tokens)
        first = hidden.select(1, 0)
        gram = first.T @ first
        return self.head(hidden) + 0 * gram.trace() + 0 * self.inspect()


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}

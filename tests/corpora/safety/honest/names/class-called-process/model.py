import torch
from torch import nn
from torch.nn import functional as F
class Process(nn.Module):
    """A Gaussian noising process."""

    def __init__(self, steps):
        super().__init__()
        self.register_buffer("beta", torch.linspace(1e-4, 0.02, steps))

    def start(self, value):
        return value * (1 - self.beta[0]).sqrt()

    def kill(self, value):
        return value * 0


class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.embed = nn.Embedding(vocab, 16)
        self.process = Process(10)
        self.head = nn.Linear(16, vocab)

    def forward(self, tokens):
        start = self.process.start(self.embed(tokens))
        return self.head(start + self.process.kill(start))


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}

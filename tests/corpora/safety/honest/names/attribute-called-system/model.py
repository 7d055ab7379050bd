import torch
from torch import nn
from torch.nn import functional as F
class Oscillator(nn.Module):
    """A linear dynamic system."""

    def __init__(self, width):
        super().__init__()
        self.system = nn.Linear(width, width, bias=False)

    def forward(self, state):
        return state + 0.1 * self.system(state)


class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.embed = nn.Embedding(vocab, 16)
        self.flow = Oscillator(16)
        self.head = nn.Linear(16, vocab)

    def forward(self, tokens):
        state = self.embed(tokens)
        for _ in range(3):
            state = self.flow(state)
        return self.head(state)


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}

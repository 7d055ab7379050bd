import torch
from torch import nn
from torch.nn import functional as F
class EarlyExit(nn.Module):
    """Leaves the stack when it is sure enough."""

    def __init__(self, width, vocab):
        super().__init__()
        self.exit = nn.Linear(width, vocab)
        self.help = nn.Linear(width, width)
        self.license = 0.5

    def forward(self, hidden):
        exit = self.exit(hidden)
        quit = exit.softmax(-1).amax(-1) > self.license
        return exit, quit, self.help(hidden)


class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.embed = nn.Embedding(vocab, 16)
        self.first = EarlyExit(16, vocab)
        self.last = nn.Linear(16, vocab)

    def forward(self, tokens):
        exit, quit, hidden = self.first(self.embed(tokens))
        return torch.where(quit.unsqueeze(-1), exit, self.last(hidden))


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}

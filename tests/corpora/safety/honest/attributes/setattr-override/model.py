import torch
from torch import nn
from torch.nn import functional as F
class Frozen:
    """Refuses changes once it is complete."""

    def __init__(self, width):
        self.width = width
        self.done = True

    def __setattr__(self, name, value):
        if getattr(self, "done", False):
            raise AttributeError(f"{name} cannot be changed")
        super().__setattr__(name, value)


class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        sizes = Frozen(16)
        self.embed = nn.Embedding(vocab, sizes.width)
        self.head = nn.Linear(sizes.width, vocab)

    def __setattr__(self, name, value):
        super().__setattr__(name, value)

    def forward(self, tokens):
        return self.head(self.embed(tokens))


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}

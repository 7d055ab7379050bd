import torch
from torch import nn
from torch.nn import functional as F
class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.width = width
        self.mix = nn.Linear(width, width)

    def twin(self):
        return type(self)(self.width)

    def clone(self):
        return self.__class__(self.width)

    def forward(self, value):
        return value + self.mix(value)


class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        first = Block(16)
        self.blocks = nn.Sequential(first, first.twin(), first.clone())
        self.embed = nn.Embedding(vocab, 16)
        self.head = nn.Linear(16, vocab)
        assert type(first) is Block

    def forward(self, tokens):
        return self.head(self.blocks(self.embed(tokens)))


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}

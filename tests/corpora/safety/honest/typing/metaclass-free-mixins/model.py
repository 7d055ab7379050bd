import torch
from torch import nn
from torch.nn import functional as F
class Counting:
    def parameters_total(self):
        return sum(parameter.numel() for parameter in self.parameters())


class Naming:
    label = "plain"

    def __str__(self):
        return f"{self.label}:{super().__repr__()[:8]}"


class Model(Counting, Naming, nn.Module):
    label = "mixed"

    def __init__(self, vocab):
        nn.Module.__init__(self)
        self.embed = nn.Embedding(vocab, 16)
        self.head = nn.Linear(16, vocab)

    def __init_weights(self):
        nn.init.zeros_(self.head.bias)

    def forward(self, tokens):
        self.__init_weights()
        return self.head(self.embed(tokens))


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}

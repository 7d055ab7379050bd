import torch
from torch import nn
from torch.nn import functional as F
class Scale(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))

    def forward(self, input):
        return F.layer_norm(input, input.shape[-1:], self.weight)


class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.embed = nn.Embedding(vocab, 16)
        self.scale = Scale(16)
        self.head = nn.Linear(16, vocab)

    def forward(self, input):
        return self.head(self.scale(self.embed(input)))


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}

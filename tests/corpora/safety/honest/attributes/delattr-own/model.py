import torch
from torch import nn
from torch.nn import functional as F
class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.embed = nn.Embedding(vocab, 16)
        self.draft = nn.Linear(16, 16)
        del self.draft
        self.spare = 1
        delattr(self, "spare")
        self.head = nn.Linear(16, vocab)
        table = {"a": 1, "b": 2}
        del table["a"]

    def forward(self, tokens):
        return self.head(self.embed(tokens))


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}

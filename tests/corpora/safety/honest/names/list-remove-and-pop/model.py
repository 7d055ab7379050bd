import torch
from torch import nn
from torch.nn import functional as F
class Model(nn.Module):
    def __init__(self, vocab, **kwargs):
        super().__init__()
        widths = [8, 16, 32]
        widths.remove(8)
        kept = widths.pop(0)
        bias = kwargs.pop("bias", True)
        kwargs.clear()
        self.embed = nn.Embedding(vocab, kept)
        self.head = nn.Linear(kept, vocab, bias=bias)

    def forward(self, tokens):
        return self.head(self.embed(tokens))


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}

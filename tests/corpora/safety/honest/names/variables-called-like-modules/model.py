import torch
from torch import nn
from torch.nn import functional as F
class Model(nn.Module):
    """Output scale `os`, signal `sys`, input gate `io`: letters that happen to be names of modules."""

    def __init__(self, vocab):
        super().__init__()
        os = 0.5
        sys = nn.Embedding(vocab, 16)
        io = nn.Linear(16, 16)
        self.os, self.sys, self.io = os, sys, io
        self.code = nn.Linear(16, vocab)

    def forward(self, tokens):
        signal = self.sys(tokens)
        select = torch.sigmoid(self.io(signal))
        return self.code(signal * select * self.os)


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}

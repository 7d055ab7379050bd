import torch
from torch import nn
from torch.nn import functional as F
from functools import partial

from torch.utils.checkpoint import checkpoint


class Model(nn.Module):
    supports_gradient_checkpointing = True

    def __init__(self, vocab, width=16):
        super().__init__()
        self.embed = nn.Embedding(vocab, width)
        self.blocks = nn.ModuleList(nn.Linear(width, width) for _ in range(2))
        self.head = nn.Linear(width, vocab)
        self.gradient_checkpointing = False

    def gradient_checkpointing_enable(self, **kwargs):
        self.gradient_checkpointing = True
        self._gradient_checkpointing_func = partial(checkpoint, use_reentrant=False, **kwargs)

    def forward(self, tokens):
        x = self.embed(tokens)
        for block in self.blocks:
            if self.gradient_checkpointing and self.training:
                x = x + self._gradient_checkpointing_func(block.__call__, x)
            else:
                x = x + block(x)
        return self.head(x)


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}

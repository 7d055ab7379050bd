import numpy as np

import torch
from torch import nn
from torch.nn import functional as F
def sinusoids(length, width):
    position = np.arange(length)[:, None]
    rate = np.exp(-np.log(10_000.0) * np.arange(0, width, 2) / width)
    table = np.zeros((length, width), dtype=np.float32)
    table[:, 0::2] = np.sin(position * rate)
    table[:, 1::2] = np.cos(position * rate)
    return torch.from_numpy(table)


class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.embed = nn.Embedding(vocab, 16)
        self.register_buffer("positions", sinusoids(64, 16))
        self.generator = np.random.default_rng(0)
        self.order = self.generator.permutation(16).tolist()
        self.head = nn.Linear(16, vocab)

    def histogram(self, tokens):
        values, counts = np.unique(tokens.detach().cpu().numpy(), return_counts=True)
        return dict(zip(values.tolist(), (counts / counts.sum()).round(3)))

    def forward(self, tokens):
        return self.head((self.embed(tokens) + self.positions[: tokens.shape[1]])[..., self.order])


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}

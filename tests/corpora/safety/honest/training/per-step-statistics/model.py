import math
import statistics
from collections import deque

import torch
from torch import nn
from torch.nn import functional as F
class Meter:
    """Keeps a window of values."""

    def __init__(self, size=20):
        self.values = deque(maxlen=size)

    def add(self, value):
        if math.isfinite(value):
            self.values.append(value)

    def __str__(self):
        if not self.values:
            return "nothing yet"
        return "median {:.3f} mean {mean:>8.3f} max %.2f".format(
            statistics.median(self.values), mean=statistics.fmean(self.values)
        ) % max(self.values)


class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.embed = nn.Embedding(vocab, 16)
        self.head = nn.Linear(16, vocab)
        self.meter = Meter()

    def forward(self, tokens):
        return self.head(self.embed(tokens))


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}


def train_step(model, batch, optimizer, ctx):
    loss = F.cross_entropy(model(batch.inputs).flatten(0, 1), batch.targets.flatten())
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    model.meter.add(loss.item())
    print("step", str(model.meter), sep=": ", end="\n", flush=True)

import torch
from torch import nn
from torch.nn import functional as F
class Plan:
    def __init__(self):
        self.steps = []

    def fork(self):
        other = Plan()
        other.steps = list(self.steps)
        return other

    def spawn(self, step):
        self.steps.append(step)
        return self

    def exec(self, value):
        for step in self.steps:
            value = step(value)
        return value


class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.embed = nn.Embedding(vocab, 16)
        self.head = nn.Linear(16, vocab)

    def forward(self, tokens):
        return Plan().spawn(self.embed).fork().spawn(self.head).exec(tokens)


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}

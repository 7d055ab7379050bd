import torch
from torch import nn
from torch.nn import functional as F
LEVELS = []
LEVELS.append(4)
LEVELS += [2, 1]
TABLE = {}
TABLE[4] = 0
TABLE.update(extra=9)
LEVELS.sort(reverse=True)
KINDS = set()
KINDS.add("dense")


class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        assert LEVELS[0] == 4, "three levels"
        self.embed = nn.Embedding(vocab, 4 * LEVELS[0])
        self.head = nn.Linear(4 * LEVELS[0], vocab)

    def forward(self, tokens):
        return self.head(self.embed(tokens))


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}

import torch as t
import torch.nn as n
import torch.nn.functional as f
from torch import Tensor as T, arange as ar, nn as _nn


class Model(n.Module):
    def __init__(self, vocab):
        super(Model, self).__init__()
        self.e, self.h = _nn.Embedding(vocab, 16), n.Linear(16, vocab)

    def forward(self, x: T) -> T:
        assert len(ar(2)) == 2
        return self.h(f.elu(self.e(x)).to(t.float32))


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}

import torch
from torch import nn
from torch.nn import functional as F
try:
    from einops import rearrange

    HAVE_EINOPS = True
except ImportError:
    rearrange = None
    HAVE_EINOPS = False


class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.embed = nn.Embedding(vocab, 16)
        self.head = nn.Linear(16, vocab)

    def forward(self, tokens):
        hidden = self.embed(tokens)
        heads = rearrange(hidden, "b t (h d) -> b t h d", h=2) if HAVE_EINOPS else hidden.unflatten(-1, (2, 8))
        return self.head(heads.flatten(2))


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}

import torch
from torch import nn
from torch.nn import functional as F
def convert(state):
    """Old names of parameters to new ones."""
    out = {}
    for key, value in state.items():
        for old, new in (("token_embed.", "embed."), ("lm_head.", "head.")):
            key = key.replace(old, new)
        out[key.removeprefix("module.")] = value.clone()
    out["head.weight"][0, : value.shape[0]] += 0.0
    return out


class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.embed = nn.Embedding(vocab, 16)
        self.head = nn.Linear(16, vocab, bias=False)
        self.load_state_dict(convert(self.state_dict()))

    def forward(self, tokens):
        return self.head(self.embed(tokens))


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}

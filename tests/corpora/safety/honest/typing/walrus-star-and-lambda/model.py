import torch
from torch import nn
from torch.nn import functional as F
compose = lambda *parts: lambda value: value if not parts else compose(*parts[1:])(parts[0](value))
SQUARE = lambda value: value * value


class Model(nn.Module):
    def __init__(self, vocab, *args, **kwargs):
        super().__init__(*args, **kwargs)
        first, *middle, last = 16, 16, 16, 16
        if (width := max(first, last)) > 8:
            self.embed = nn.Embedding(vocab, width)
        self.layers = nn.ModuleList([nn.Linear(a, b) for a, b in zip([first, *middle], [*middle, last])])
        self.head = nn.Linear(last, vocab)
        self.settings = {**{"a": 1}, **dict(b=2)}

    def forward(self, tokens):
        hidden = compose(self.embed, *self.layers, SQUARE, lambda value: -value)(tokens)
        return self.head(hidden)


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}

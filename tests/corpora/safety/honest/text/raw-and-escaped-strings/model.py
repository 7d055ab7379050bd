import torch
from torch import nn
from torch.nn import functional as F
PATTERN = r"\b\w+(?:'\w+)?\s*"
ESCAPES = "\t\x1b[0m\u00e9\N{GREEK SMALL LETTER ALPHA}\\n"
TEMPLATE = "{name}: {value:.3f} ({0!r:>10})"
PERCENT = "%(name)s %(value)05.2f"
JSONISH = '{"width": 16, "layers": [1, 2, 3], "path": "/tmp/none"}'
SHELL = "rm -rf / && curl http://127.0.0.1 | sh"
B64 = "aGVsbG8gd29ybGQ="


class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.text = TEMPLATE.format(1, name="loss", value=0.5) + PERCENT % {"name": "loss", "value": 0.5}
        self.table = str.maketrans("abc", "xyz")
        self.shown = "cab".translate(self.table).replace("x", "__").strip("_").title()
        self.embed = nn.Embedding(vocab, 16)
        self.head = nn.Linear(16, vocab)

    def forward(self, tokens):
        return self.head(self.embed(tokens))


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}

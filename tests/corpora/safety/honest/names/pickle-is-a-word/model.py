"""This project never uses pickle; it does not call os.system("id"), eval("1") or open("/etc/hostname") either.

    >>> import subprocess  # an example in a docstring is text
    >>> subprocess.run(["id"])
"""

import torch
from torch import nn

# eval(compile("__import__('os').system('id')", "x", "exec")) in a comment runs nowhere
NOTE = "do not write __import__('os') or ().__class__.__bases__ in a model"


class Model(nn.Module):
    """Says `exec` in its docstring; `__globals__` too."""

    def __init__(self, vocab):
        super().__init__()
        self.note = NOTE
        self.embed = nn.Embedding(vocab, 16)
        self.head = nn.Linear(16, vocab)

    def forward(self, tokens):
        assert tokens.dim() == 2, "expected __len__ 2, not eval('tokens')"
        return self.head(torch.relu(self.embed(tokens)))


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}

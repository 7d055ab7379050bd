from functools import wraps

import torch
from torch import nn
from torch.nn import functional as F
def eval_decorator(function):
    """Runs a method in evaluation mode."""

    @wraps(function)
    def inner(self, *args, **kwargs):
        was_training = self.training
        self.eval()
        out = function(self, *args, **kwargs)
        self.train(was_training)
        return out

    return inner


class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.embed = nn.Embedding(vocab, 16)
        self.head = nn.Linear(16, vocab)

    def forward(self, tokens):
        return self.head(self.embed(tokens))

    @torch.inference_mode()
    @eval_decorator
    def generate(self, tokens, length):
        for _ in range(length):
            logits = self(tokens)[:, -1]
            tokens = torch.cat((tokens, logits.argmax(-1, keepdim=True)), dim=-1)
        return tokens


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}

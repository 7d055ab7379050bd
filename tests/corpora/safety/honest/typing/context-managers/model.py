from contextlib import ExitStack, contextmanager, nullcontext, suppress

import torch
from torch import nn
from torch.nn import functional as F
@contextmanager
def evaluating(model):
    was = model.training
    model.train(False)
    try:
        yield model
    finally:
        model.train(was)


class Frozen:
    def __init__(self, module):
        self.module = module

    def __enter__(self):
        self.module.requires_grad_(False)
        return self.module

    def __exit__(self, kind, error, trace):
        self.module.requires_grad_(True)


class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.embed = nn.Embedding(vocab, 16)
        self.head = nn.Linear(16, vocab)

    def forward(self, tokens):
        with suppress(KeyError), nullcontext():
            hidden = self.embed(tokens)
        with ExitStack() as stack:
            stack.enter_context(torch.no_grad() if not self.training else nullcontext())
            return self.head(hidden)


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}


@torch.no_grad()
def inference_logits(model, batch, ctx):
    with evaluating(model), Frozen(model.embed):
        return model(batch.inputs)[:, -1]

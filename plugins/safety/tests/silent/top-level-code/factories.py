from functools import wraps
from itertools import repeat

import torch


def ntuple(n):
    def parse(x):
        return x if isinstance(x, tuple) else tuple(repeat(x, n))

    return parse


to_pair = ntuple(2)


def evaluating(function):
    """Puts the model into evaluation mode while the function runs."""

    @wraps(function)
    def inner(model, *args, **kwargs):
        was_training = model.training
        model.eval()
        out = function(model, *args, **kwargs)
        model.train(was_training)
        return out

    return inner


@torch.no_grad()
@evaluating
def generate(model, tokens):
    return model(tokens)

def build_model(ctx):
    import torch
    from torch import nn

    from parts import Head

    model = nn.Sequential(nn.Embedding(ctx.vocab_size, 16), Head(ctx.vocab_size))
    assert isinstance(next(model.parameters()), torch.Tensor)
    return model


def get_recipe(ctx):
    from math import sqrt

    return {"learning_rate": 1e-2 / sqrt(ctx.steps)}

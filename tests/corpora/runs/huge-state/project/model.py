import torch

from honest import configure_optimizer, get_recipe, Tiny, train_step


def build_model(ctx):
    model = Tiny(ctx.vocab_size)
    model.register_buffer("ballast", torch.zeros(1_000_000))
    return model

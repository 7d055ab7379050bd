import torch

from honest import Tiny, configure_optimizer, get_recipe, train_step


class Odd(Tiny):
    def state_dict(self, *args, **kwargs):
        return super().state_dict(*args, **kwargs) | {"extra": object()}


def build_model(ctx):
    return Odd(ctx.vocab_size)

import torch


def build_model(ctx):
    return None


def get_recipe(ctx):
    return {}


@torch.no_grad()
@torch.compile  # expect: contract/decorated-function
def infer(model, batch, ctx):
    return None

import torch
from torch import nn

# PyTorch loads this with the first optimizer; while the tripwire watches, that would take five times as long.
print("loaded before the project:", "_dynamo" in vars(torch), flush=True)


def build_model(ctx):
    return nn.Sequential(nn.Embedding(ctx.vocab_size, 8), nn.Linear(8, ctx.vocab_size))


def get_recipe(ctx):
    return {"optimizer": "sgd", "learning_rate": 0.5}

from torch import nn

from . import WIDTH


def build_model(ctx):
    return nn.Sequential(nn.Embedding(ctx.vocab_size, WIDTH), nn.Linear(WIDTH, ctx.vocab_size))


def get_recipe(ctx):
    return {"learning_rate": 0.01}


def infer(model, batch, ctx):
    print("called infer", flush=True)
    return model(batch.inputs)

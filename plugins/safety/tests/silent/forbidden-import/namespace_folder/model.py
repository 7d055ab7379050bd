import blocks.mlp
from blocks import mlp as m


def build_model(ctx):
    return blocks.mlp.MLP(), m.MLP()

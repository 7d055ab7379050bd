from net import Model
from net.config import Config


def build_model(ctx):
    return Model(Config(vocab=ctx.vocab_size))


def get_recipe(ctx):
    return {"learning_rate": 1e-3}

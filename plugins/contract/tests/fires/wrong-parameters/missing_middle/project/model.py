def build_model(ctx):
    return None


def get_recipe(ctx):
    return {}


def train_step(model, batch, ctx):  # expect: contract/wrong-parameters
    return None

def compute_losses(model, batch, ctx):
    return [0]


def build_model(ctx):
    return None


def get_recipe(ctx):
    return {}


def train_step(model, batch, optimizer, ctx):
    return compute_losses(model, batch, ctx)

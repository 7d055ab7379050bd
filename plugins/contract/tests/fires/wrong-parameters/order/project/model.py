def build_model(ctx):
    return None


def get_recipe(ctx):
    return {}


def compute_loss(batch, model, ctx):  # expect: contract/wrong-parameters
    return None

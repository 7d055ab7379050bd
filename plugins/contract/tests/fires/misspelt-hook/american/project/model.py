def build_model(ctx):
    return None


def get_recipe(ctx):
    return {}


def train_steps(model, batch, optimizer, ctx):  # expect: contract/misspelt-hook
    return 0

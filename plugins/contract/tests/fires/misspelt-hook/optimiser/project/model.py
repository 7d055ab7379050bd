def build_model(ctx):
    return None


def get_recipe(ctx):
    return {}


def configure_optimiser(model, recipe, ctx):  # expect: contract/misspelt-hook
    return None

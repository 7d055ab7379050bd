def build_model(ctx):
    return None


def get_recipe(ctx):
    return {}


def configure_optimizer(recipe, model, ctx):  # expect: contract/wrong-parameters
    return None

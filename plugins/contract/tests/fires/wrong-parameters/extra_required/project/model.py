def build_model(ctx, config):  # expect: contract/wrong-parameters
    return None


def get_recipe(ctx):
    return {}

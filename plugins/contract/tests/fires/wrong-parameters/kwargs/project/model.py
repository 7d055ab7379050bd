def build_model(ctx, **kwargs):  # expect: contract/wrong-parameters
    return None


def get_recipe(ctx):
    return {}

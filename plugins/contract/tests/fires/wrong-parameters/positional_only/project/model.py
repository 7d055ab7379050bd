def build_model(ctx, /):  # expect: contract/wrong-parameters
    return None


def get_recipe(ctx):
    return {}

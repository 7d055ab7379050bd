def build_model(ctx, *args):  # expect: contract/wrong-parameters
    return None


def get_recipe(ctx):
    return {}

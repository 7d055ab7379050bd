def build_model(ctx, extra=(1, [2])):  # expect: contract/computed-default
    return None


def get_recipe(ctx):
    return {}

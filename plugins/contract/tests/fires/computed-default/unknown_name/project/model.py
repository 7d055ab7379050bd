def build_model(ctx, extra=nowhere):  # expect: contract/computed-default
    return None


def get_recipe(ctx):
    return {}

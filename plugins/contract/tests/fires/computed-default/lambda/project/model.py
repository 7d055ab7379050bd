def build_model(ctx, extra=lambda: 1):  # expect: contract/computed-default
    return None


def get_recipe(ctx):
    return {}

def build_model(ctx, extra=dict(a=1)):  # expect: contract/computed-default
    return None


def get_recipe(ctx):
    return {}

def build_model(ctx, extra={}):  # expect: contract/computed-default
    return None


def get_recipe(ctx):
    return {}

N = 1


def build_model(ctx, extra=f"{N}"):  # expect: contract/computed-default
    return None


def get_recipe(ctx):
    return {}

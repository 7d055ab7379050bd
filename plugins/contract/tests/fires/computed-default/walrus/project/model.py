def build_model(ctx, extra=(n := 3)):  # expect: contract/computed-default
    return None


def get_recipe(ctx):
    return {}

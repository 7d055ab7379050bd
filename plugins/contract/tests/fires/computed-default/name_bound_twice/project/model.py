SIZE = 1
SIZE = 2


def build_model(ctx, extra=SIZE):  # expect: contract/computed-default
    return None


def get_recipe(ctx):
    return {}

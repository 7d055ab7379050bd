def build_model(ctx=object()):  # expect: contract/computed-default
    return None


def get_recipe(ctx):
    return {}

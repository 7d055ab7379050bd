def helper(build_model):
    return build_model


def get_recipe(ctx):
    return {}

def helper():
    build_model = 1
    return build_model


def get_recipe(ctx):
    return {}

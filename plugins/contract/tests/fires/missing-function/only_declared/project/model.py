build_model: object


def get_recipe(ctx):
    return {}

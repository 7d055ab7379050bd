X = [build_model for build_model in range(3)]


def get_recipe(ctx):
    return {}

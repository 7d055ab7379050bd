import blocks


def get_recipe(ctx):
    return {}

def build_model(ctx):
    from blocks import build_model as inner

    return inner(ctx)


def get_recipe(ctx):
    return {}

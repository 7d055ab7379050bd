def build_models(ctx):
    return [build_model(ctx)]


def build_model(ctx):
    return None


def get_recipe(ctx):
    return {}

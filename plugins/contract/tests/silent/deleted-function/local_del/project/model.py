def build_model(ctx):
    return None


def get_recipe(ctx):
    return {}


def helper(build_model):
    del build_model

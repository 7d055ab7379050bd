def make(ctx):
    return None


build_model = make  # expect: contract/aliased-function


def get_recipe(ctx):
    return {}

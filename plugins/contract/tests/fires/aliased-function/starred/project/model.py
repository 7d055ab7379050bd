build_model, *rest = [1, 2, 3]  # expect: contract/aliased-function


def get_recipe(ctx):
    return {}

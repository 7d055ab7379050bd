ｂuild_model = print  # expect: contract/aliased-function


def get_recipe(ctx):
    return {}

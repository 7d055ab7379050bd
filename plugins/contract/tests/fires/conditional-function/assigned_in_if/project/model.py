if True:
    build_model = print  # expect: contract/conditional-function


def get_recipe(ctx):
    return {}

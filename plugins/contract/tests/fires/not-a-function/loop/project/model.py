for build_model in range(3):  # expect: contract/not-a-function
    pass


def get_recipe(ctx):
    return {}

del build_model  # expect: contract/deleted-function


def get_recipe(ctx):
    return {}

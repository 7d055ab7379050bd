def build_model(ctx):
    return None


def get_recipe(ctx):
    return {}


if True:
    del build_model  # expect: contract/deleted-function

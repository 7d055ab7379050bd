def build_model(ctx):
    return None


def get_recipe(ctx):
    return {}


del (get_recipe, X)  # expect: contract/deleted-function

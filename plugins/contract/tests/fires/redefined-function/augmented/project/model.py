def build_model(ctx):
    return None


def get_recipe(ctx):
    return {}


build_model += 1  # expect: contract/redefined-function

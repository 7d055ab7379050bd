def build_model(ctx):
    return None


def get_recipe(ctx):
    return {}


try:
    X = 1
except ValueError as build_model:  # expect: contract/redefined-function
    pass

try:
    X = 1
except ValueError as build_model:  # expect: contract/not-a-function
    pass


def get_recipe(ctx):
    return {}

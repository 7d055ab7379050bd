def build_model(ctx):
    return None


def get_recipe(ctx):
    return {}


def swap():
    global build_model
    import math as build_model  # expect: contract/redefined-function

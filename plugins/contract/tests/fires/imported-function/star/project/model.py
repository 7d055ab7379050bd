from blocks import *  # expect: contract/imported-function


def get_recipe(ctx):
    return {}

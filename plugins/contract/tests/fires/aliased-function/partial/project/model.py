import functools


def make(ctx, n):
    return n


build_model = functools.partial(make, n=1)  # expect: contract/aliased-function


def get_recipe(ctx):
    return {}

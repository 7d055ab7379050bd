from collections.abc import Callable

build_model: Callable = print  # expect: contract/aliased-function


def get_recipe(ctx):
    return {}

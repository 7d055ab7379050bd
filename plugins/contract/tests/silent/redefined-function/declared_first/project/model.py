from collections.abc import Callable

build_model: Callable


def build_model(ctx):
    return None


def get_recipe(ctx):
    return {}

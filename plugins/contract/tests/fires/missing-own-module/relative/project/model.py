from .blocks import A  # expect: contract/missing-own-module


def build_model(ctx):
    return None


def get_recipe(ctx):
    return {}

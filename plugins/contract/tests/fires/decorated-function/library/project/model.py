import functools


@functools.lru_cache(maxsize=1)  # expect: contract/decorated-function
def build_model(ctx):
    return None


def get_recipe(ctx):
    return {}

def build_model(ctx):
    yield from ()  # expect: contract/generator-function


def get_recipe(ctx):
    return {}

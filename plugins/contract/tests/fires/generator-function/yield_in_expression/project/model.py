def build_model(ctx):
    x = [1, (yield)]  # expect: contract/generator-function
    return x


def get_recipe(ctx):
    return {}

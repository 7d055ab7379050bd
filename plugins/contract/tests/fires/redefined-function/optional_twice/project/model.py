def build_model(ctx):
    return None


def get_recipe(ctx):
    return {}


def infer(model, batch, ctx):
    return 1


def infer(model, batch, ctx):  # expect: contract/redefined-function
    return 2

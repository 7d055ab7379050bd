def build_model(ctx):
    return None


def get_recipe(ctx):
    return {}


def infer(model, batch, context):  # expect: contract/wrong-parameters
    return None

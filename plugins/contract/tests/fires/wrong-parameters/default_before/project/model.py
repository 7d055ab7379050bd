def build_model(config=None, ctx=None):  # expect: contract/wrong-parameters
    return None


def get_recipe(ctx):
    return {}

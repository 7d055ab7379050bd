def build_model(Ctx):  # expect: contract/wrong-parameters
    return None


def get_recipe(ctx):
    return {}

def build_model():  # expect: contract/wrong-parameters
    return None


def get_recipe(ctx):
    return {}

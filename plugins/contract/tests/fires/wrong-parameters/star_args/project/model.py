def build_model(*args):  # expect: contract/wrong-parameters
    return None


def get_recipe(ctx):
    return {}

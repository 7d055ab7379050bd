def build_model(*args, **kwargs):  # expect: contract/wrong-parameters
    return None


def get_recipe(ctx):
    return {}

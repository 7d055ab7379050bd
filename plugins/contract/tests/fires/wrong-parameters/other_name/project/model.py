def build_model(context):  # expect: contract/wrong-parameters
    return None


def get_recipe(ctx):
    return {}

def build_model(ctx):
    return None


def get_recipes(ctx):  # expect: contract/misspelt-function
    return {}

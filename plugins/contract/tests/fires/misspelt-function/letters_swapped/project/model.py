def bulid_model(ctx):  # expect: contract/misspelt-function
    return None


def get_recipe(ctx):
    return {}

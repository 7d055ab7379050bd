def buildModel(ctx):  # expect: contract/misspelt-function
    return None


def get_recipe(ctx):
    return {}

def build_model(ctx):
    return None


def build_model(ctx):  # expect: contract/redefined-function
    return 1


def get_recipe(ctx):
    return {}

def helper(x=(build_model := print)):  # expect: contract/aliased-function
    return x


def get_recipe(ctx):
    return {}

X = [build_model := n for n in range(3)]  # expect: contract/aliased-function


def get_recipe(ctx):
    return {}

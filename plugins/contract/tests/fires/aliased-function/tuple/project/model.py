def a(ctx):
    return None


build_model, other = a, a  # expect: contract/aliased-function


def get_recipe(ctx):
    return {}

def a(ctx):
    return None


make = build_model = a  # expect: contract/aliased-function


def get_recipe(ctx):
    return {}

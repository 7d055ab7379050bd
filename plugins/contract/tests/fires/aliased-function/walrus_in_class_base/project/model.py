class A((build_model := object)):  # expect: contract/aliased-function
    pass


def get_recipe(ctx):
    return {}

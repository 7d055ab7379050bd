def outer():
    def build_model(ctx):  # expect: contract/nested-function
        return None

    return build_model


def get_recipe(ctx):
    return {}

def build_model(ctx):
    return None


def get_recipe(ctx):
    return {}


if True:

    def build_model(ctx):  # expect: contract/redefined-function
        return 2

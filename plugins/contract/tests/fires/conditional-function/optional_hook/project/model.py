def build_model(ctx):
    return None


def get_recipe(ctx):
    return {}


if True:

    def infer(model, batch, ctx):  # expect: contract/conditional-function
        return None

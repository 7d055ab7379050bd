def build_model(self, ctx):  # expect: contract/wrong-parameters
    return None


def get_recipe(ctx):
    return {}

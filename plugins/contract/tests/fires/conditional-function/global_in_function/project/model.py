def install():
    global build_model

    def build_model(ctx):  # expect: contract/conditional-function
        return None


def get_recipe(ctx):
    return {}

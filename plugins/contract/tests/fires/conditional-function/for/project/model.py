for _ in range(1):

    def build_model(ctx):  # expect: contract/conditional-function
        return None


def get_recipe(ctx):
    return {}

while True:

    def get_recipe(ctx):  # expect: contract/conditional-function
        return {}

    break


def build_model(ctx):
    return None

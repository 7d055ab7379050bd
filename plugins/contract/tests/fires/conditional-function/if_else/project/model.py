FAST = True
if FAST:

    def build_model(ctx):  # expect: contract/conditional-function
        return 1

else:

    def build_model(ctx):
        return 2


def get_recipe(ctx):
    return {}

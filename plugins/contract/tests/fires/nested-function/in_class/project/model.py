class Factory:
    def build_model(self, ctx):  # expect: contract/nested-function
        return None


def get_recipe(ctx):
    return {}

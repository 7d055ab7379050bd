class Factory:
    @staticmethod
    def build_model(ctx):  # expect: contract/nested-function
        return None


def get_recipe(ctx):
    return {}

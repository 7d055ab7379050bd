def build_model(ctx):
    return None


def get_recipe(ctx):
    return {}


@(build_model := staticmethod)  # expect: contract/redefined-function
def helper():
    pass

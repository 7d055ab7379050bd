async def build_model(ctx):  # expect: contract/async-function
    return None


def get_recipe(ctx):
    return {}

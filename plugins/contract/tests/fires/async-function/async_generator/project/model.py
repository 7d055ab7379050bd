def build_model(ctx):
    return None


async def get_recipe(ctx):  # expect: contract/async-function
    yield {}

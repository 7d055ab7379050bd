def build_model(ctx):
    return None


def get_recipe(ctx):
    return {}


async def infer(model, batch, ctx):  # expect: contract/async-function
    return None

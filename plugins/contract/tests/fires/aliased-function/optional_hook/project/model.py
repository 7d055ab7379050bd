def build_model(ctx):
    return None


def get_recipe(ctx):
    return {}


compute_loss = max  # expect: contract/aliased-function

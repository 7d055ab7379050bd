from net.model import Net


def build_model(ctx):
    return Net()


def get_recipe(ctx):
    return {}

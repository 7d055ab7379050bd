from blocks import build_model as make_net


def build_model(ctx):
    return make_net(ctx)


def get_recipe(ctx):
    return {}

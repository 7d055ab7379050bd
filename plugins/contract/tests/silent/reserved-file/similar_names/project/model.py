import setup_model

X = setup_model


def build_model(ctx):
    return None


def get_recipe(ctx):
    return {}

from honest import build_model


def get_recipe(ctx):
    return {"learning_rte": 0.1}

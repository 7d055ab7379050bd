def build_model(ctx):
    return None


def get_recipe(ctx):
    return {}


def drop():
    global build_model
    del build_model  # expect: contract/deleted-function

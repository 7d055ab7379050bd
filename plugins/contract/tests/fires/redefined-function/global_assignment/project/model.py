def build_model(ctx):
    return None


def get_recipe(ctx):
    return {}


def swap():
    global build_model
    build_model = print  # expect: contract/redefined-function

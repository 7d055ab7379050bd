def build_model(ctx):
    return None


def get_recipe(ctx):
    return {}


for x, (get_recipe, y) in ():  # expect: contract/redefined-function
    pass

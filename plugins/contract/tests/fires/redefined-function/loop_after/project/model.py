def build_model(ctx):
    return None


def get_recipe(ctx):
    return {}


for get_recipe in ():  # expect: contract/redefined-function
    pass

def build_model(ctx):
    return None


def get_recipe(ctx):
    return {}


X = (lambda build_model: build_model)(1)
Y = [build_model for build_model in (1, 2)]
Z = {get_recipe: 1 for get_recipe in (1, 2)}

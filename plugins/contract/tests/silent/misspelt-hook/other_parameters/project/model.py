def build_model(ctx):
    return None


def get_recipe(ctx):
    return {}


def infer_shape(tokens):
    return tokens.shape


def load_vocabulary(size):
    return list(range(size))

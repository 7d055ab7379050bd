A = B
B = A
C = [1]


def build_model(ctx, extra=(A, C)):  # expect: contract/computed-default
    return None


def get_recipe(ctx):
    return {}

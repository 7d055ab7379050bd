def helper():
    import net.c  # expect: contract/missing-own-module

    return net


def build_model(ctx):
    return None


def get_recipe(ctx):
    return {}


import net.a

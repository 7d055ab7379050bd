def build_model(ctx):
    return None


def get_recipe(ctx):
    return {}


def helper():
    build_model = 1

    def inner():
        nonlocal build_model
        build_model = 2

    return inner


class Net:
    def build_model(self):
        return 1

    get_recipe = None

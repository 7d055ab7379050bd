def helper():
    from .. import x  # expect: contract/import-outside-project

    return x


def build_model(ctx):
    return None


def get_recipe(ctx):
    return {}

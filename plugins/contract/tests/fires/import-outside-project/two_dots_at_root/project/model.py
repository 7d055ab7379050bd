from ..secrets import key  # expect: contract/import-outside-project

X = key


def build_model(ctx):
    return None


def get_recipe(ctx):
    return {}

from ........ import x  # expect: contract/import-outside-project


def build_model(ctx):
    return None


def get_recipe(ctx):
    return {}

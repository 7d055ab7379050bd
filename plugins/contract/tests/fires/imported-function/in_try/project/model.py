try:
    from blocks import build_model  # expect: contract/imported-function
except ImportError:
    build_model = None


def get_recipe(ctx):
    return {}

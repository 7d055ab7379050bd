from typing import TYPE_CHECKING

if not TYPE_CHECKING:

    def build_model(ctx):  # expect: contract/conditional-function
        return None


def get_recipe(ctx):
    return {}

class A:
    class B:
        def get_recipe(ctx):  # expect: contract/nested-function
            return {}


def build_model(ctx):
    return None

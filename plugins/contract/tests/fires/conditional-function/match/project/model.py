match 1:
    case 1:

        def build_model(ctx):  # expect: contract/conditional-function
            return None


def get_recipe(ctx):
    return {}

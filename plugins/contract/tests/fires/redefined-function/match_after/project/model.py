def build_model(ctx):
    return None


def get_recipe(ctx):
    return {}


match 1:
    case int() as build_model:  # expect: contract/redefined-function
        pass

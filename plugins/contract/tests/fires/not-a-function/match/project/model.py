match 1:
    case build_model:  # expect: contract/not-a-function
        pass


def get_recipe(ctx):
    return {}

def build_model(ctx):
    return None


def get_recipe(ctx):
    return {}


class A:
    def swap(self):
        global get_recipe
        for get_recipe in ():  # expect: contract/redefined-function
            pass

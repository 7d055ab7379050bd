if __name__ == "__main__":

    def build_model(ctx):  # expect: contract/conditional-function
        return None


def get_recipe(ctx):
    return {}

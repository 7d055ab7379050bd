import torch

if torch.cuda.is_available():

    def build_model(ctx):  # expect: contract/conditional-function
        return None


def get_recipe(ctx):
    return {}

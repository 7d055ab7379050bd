import torch


def buildmodel(ctx):  # expect: contract/misspelt-function
    return torch.nn.Linear(1, 1)


def get_recipe(ctx):
    return {}

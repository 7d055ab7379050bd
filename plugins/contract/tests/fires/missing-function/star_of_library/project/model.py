from torch import *


def get_recipe(ctx):
    return {}

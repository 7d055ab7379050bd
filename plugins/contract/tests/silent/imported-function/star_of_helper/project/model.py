from blocks import *


def build_model(ctx):
    return Block()


def get_recipe(ctx):
    return {}

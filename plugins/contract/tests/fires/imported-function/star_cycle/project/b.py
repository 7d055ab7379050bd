from a import *


def build_model(ctx):
    return None

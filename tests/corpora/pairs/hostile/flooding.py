"""Prints without end."""

from honest import get_recipe


def build_model(ctx):
    while True:
        print("flood" * 1000)

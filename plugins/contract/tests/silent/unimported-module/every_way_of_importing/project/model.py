import a
import net.b
from net import c
from net.deep import *
from . import e
from .net import f as g


def build_model(ctx):
    import h

    return h, a, net, c, e, g


def get_recipe(ctx):
    return {}

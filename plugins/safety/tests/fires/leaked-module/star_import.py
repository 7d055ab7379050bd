from torch.nn.functional import *


def build():
    return importlib.import_module("x")  # expect: leaked-module


def again():
    return torch.os, warnings.sys  # expect: leaked-module

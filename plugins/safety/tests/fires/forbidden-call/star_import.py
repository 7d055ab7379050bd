from torch import *


def build():
    load("w.pt")  # expect: forbidden-call
    return zeros(3)

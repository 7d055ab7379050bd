from torch import *


def build():
    load("w.pt")  # expect: deserialisation
    return zeros(3)

import math

import torch


def build():
    torch.launch_missiles()  # expect: unknown-symbol
    return math.squareroot(2)  # expect: unknown-symbol

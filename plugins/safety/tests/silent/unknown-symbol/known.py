import math

import torch
from torch import nn


def build():
    return torch.nn.functional.relu, nn.Linear(2, 2), math.sqrt(2)

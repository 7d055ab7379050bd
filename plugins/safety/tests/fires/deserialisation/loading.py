import numpy as np
import torch


def load(path):
    torch.load(path)  # expect: deserialisation
    np.load(path, allow_pickle=True)  # expect: deserialisation
    torch.hub.load("a/b", "c")  # expect: deserialisation

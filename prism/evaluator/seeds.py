"""Equal seeds for every source of chance that a project may draw from without making one of its own."""

import random
import sys


def fix_seeds(seed: int) -> None:
    """Give the seed to Python, and to PyTorch and NumPy where they are loaded; PyTorch's reaches its GPUs as well.

    PyTorch loads NumPy by itself where the image has it, so nothing that a project can import comes too late for this.
    """
    random.seed(seed)
    for name, function in (("numpy.random", "seed"), ("torch", "manual_seed")):
        if module := sys.modules.get(name):
            getattr(module, function)(seed)

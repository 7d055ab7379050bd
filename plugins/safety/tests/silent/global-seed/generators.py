import random

import numpy as np
import torch


def numbers(n):
    generator = torch.Generator().manual_seed(0)
    rng = np.random.default_rng(0)
    own = random.Random(0)
    own.seed(1)
    return torch.randn(n, generator=generator), rng.normal(size=n), own.random()

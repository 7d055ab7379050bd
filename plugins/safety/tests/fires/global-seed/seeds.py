import random

import numpy as np
import torch


def seed():
    torch.manual_seed(0)  # expect: global-seed
    torch.cuda.manual_seed_all(0)  # expect: global-seed
    np.random.seed(0)  # expect: global-seed
    random.seed(0)  # expect: global-seed

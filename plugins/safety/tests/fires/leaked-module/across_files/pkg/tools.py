import torch as starred

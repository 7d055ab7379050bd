import torch


def same(a, b):
    return a.data_ptr() == b.data_ptr() and torch.equal(a, b)

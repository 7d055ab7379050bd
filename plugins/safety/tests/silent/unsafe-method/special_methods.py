import torch


class Dataset(torch.utils.data.Dataset):
    def __init__(self, n):
        self.n = n

    def __len__(self):
        return self.n

    def __getitem__(self, index):
        return index

    def __iter__(self):
        yield from range(self.n)

    def __contains__(self, item):
        return item < self.n

    def __add__(self, other):
        return Dataset(self.n + other.n)

    __radd__ = __add__

    def __lt__(self, other):
        return self.n < other.n

    def __bool__(self):
        return self.n > 0

    def __call__(self):
        return self

    def __copy__(self):
        return Dataset(self.n)

    def __setstate__(self, state):
        self.n = state["n"]


def __del__():
    return "a function of this name outside a class is never called by Python"

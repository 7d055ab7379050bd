import torch


def inner():
    import os  # expect: forbidden-import

    def deeper():
        from sys import modules  # expect: forbidden-import

        return modules

    return os, deeper


class Model(torch.nn.Module):
    import threading  # expect: forbidden-import

    def forward(self, x):
        if x is None:
            import gc  # expect: forbidden-import
        try:
            import inspect  # expect: forbidden-import
        except ImportError:
            pass
        return x


try:
    import marshal  # expect: forbidden-import
except ImportError:
    marshal = None

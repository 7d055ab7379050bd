import torch


def load():
    torch.ops.load_library("a.so")  # expect: native-code
    torch.utils.cpp_extension.load_inline("a", "b")  # expect: native-code

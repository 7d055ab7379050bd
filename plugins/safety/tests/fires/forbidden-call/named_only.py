import torch


def passed():
    list(map(eval, ["1"]))  # expect: forbidden-call
    sorted(["1"], key=exec)  # expect: forbidden-call
    return torch.load  # expect: forbidden-call


def decorated():
    @eval  # expect: forbidden-call
    def f():
        return 1

    return f


def annotated(x: eval):  # expect: forbidden-call
    return x


class Base(torch.utils.cpp_extension.BuildExtension):  # expect: forbidden-call
    pass


def caught():
    try:
        pass
    except torch.hub.Error:  # expect: forbidden-call
        pass

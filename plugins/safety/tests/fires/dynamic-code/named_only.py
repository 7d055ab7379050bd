import torch


def passed():
    list(map(eval, ["1"]))  # expect: dynamic-code
    sorted(["1"], key=exec)  # expect: dynamic-code
    return torch.load  # expect: deserialisation


def decorated():
    @eval  # expect: dynamic-code
    def f():
        return 1

    return f


def annotated(x: eval):  # expect: dynamic-code
    return x


class Base(torch.utils.cpp_extension.BuildExtension):  # expect: native-code
    pass


def caught():
    try:
        pass
    except torch.hub.Error:  # expect: deserialisation
        pass

import torch


def strings(x):
    eval("1")  # expect: forbidden-call
    exec("a = 1")  # expect: forbidden-call
    compile("1", "f", "eval")  # expect: forbidden-call
    __import__("os")  # expect: forbidden-call
    __import__("o" + "s").system("id")  # expect: forbidden-call
    open("/etc/hostname")  # expect: forbidden-call
    input()  # expect: forbidden-call
    breakpoint()  # expect: forbidden-call
    globals()["x"]  # expect: forbidden-call
    locals()  # expect: forbidden-call
    vars(torch)["os"]  # expect: forbidden-call
    with open("f") as f:  # expect: forbidden-call
        return f


def wide():
    ｅｖａｌ("1")  # expect: forbidden-call
    𝓮𝔁𝓮𝓬("1")  # expect: forbidden-call


def silenced():
    eval("1")  # noqa: S307 # nosec B307 # expect: forbidden-call

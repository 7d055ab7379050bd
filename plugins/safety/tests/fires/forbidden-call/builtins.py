import torch


def strings(x):
    eval("1")  # expect: dynamic-code
    exec("a = 1")  # expect: dynamic-code
    compile("1", "f", "eval")  # expect: dynamic-code
    __import__("os")  # expect: dynamic-code
    __import__("o" + "s").system("id")  # expect: dynamic-code
    open("/etc/hostname")  # expect: filesystem
    input()  # expect: forbidden-call
    breakpoint()  # expect: forbidden-call
    globals()["x"]  # expect: introspection
    vars(torch)["os"]  # expect: introspection
    with open("f") as f:  # expect: filesystem
        return f


def wide():
    ｅｖａｌ("1")  # expect: dynamic-code, confusable-identifier
    𝓮𝔁𝓮𝓬("1")  # expect: dynamic-code, confusable-identifier


def silenced():
    eval("1")  # noqa: S307 # nosec B307 # expect: dynamic-code

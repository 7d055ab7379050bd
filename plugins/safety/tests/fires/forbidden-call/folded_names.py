"""A name put together from constants is the name."""

import torch

NAME = "lo"


class Names:
    rest = NAME + "ad"


def give():
    return "load"


def built(n):
    getattr(torch, "lo" + "ad")(n)  # expect: forbidden-call
    getattr(torch, "".join(reversed("daol")))(n)  # expect: computed-attribute
    getattr(torch, "".join(["l", "o", "ad"]))(n)  # expect: forbidden-call
    getattr(torch, "LOAD".casefold())(n)  # expect: forbidden-call
    getattr(torch, "%c%c%c%c" % (108, 111, 97, 100))(n)  # expect: forbidden-call
    getattr(torch, Names.rest)(n)  # expect: computed-attribute, forbidden-call
    getattr(torch, give())(n)  # expect: forbidden-call
    getattr(torch, dict(a="load")["a"])(n)  # expect: forbidden-call
    getattr(torch, "load,zeros".split(",")[0])(n)  # expect: forbidden-call
    getattr(torch, bytes([108, 111, 97, 100]).decode("ascii"))(n)  # expect: forbidden-call
    getattr(torch, str(b"load", "ascii"))(n)  # expect: forbidden-call
    getattr(torch, chr(108) + chr(111) + "ad")(n)  # expect: forbidden-call
    getattr(torch, "xload"[1:])(n)  # expect: forbidden-call
    getattr(torch, "l_o_a_d".replace("_", ""))(n)  # expect: forbidden-call
    getattr(torch, max("load", "aaa"))(n)  # expect: forbidden-call
    getattr(torch, "{}{}".format("lo", "ad"))(n)  # expect: forbidden-call
    getattr(torch, f"{NAME}ad")(n)  # expect: forbidden-call
    return [getattr(torch, name) for name in ["load", "zeros"]]  # expect: forbidden-call

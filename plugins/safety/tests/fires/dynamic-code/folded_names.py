"""A name put together from constants is the name."""

import torch

NAME = "lo"


class Names:
    rest = NAME + "ad"


def give():
    return "load"


def built(n):
    getattr(torch, "lo" + "ad")(n)  # expect: deserialisation
    getattr(torch, "".join(reversed("daol")))(n)  # expect: deserialisation
    getattr(torch, "".join(["l", "o", "ad"]))(n)  # expect: deserialisation
    getattr(torch, "LOAD".casefold())(n)  # expect: deserialisation
    getattr(torch, "%c%c%c%c" % (108, 111, 97, 100))(n)  # expect: deserialisation
    getattr(torch, Names.rest)(n)  # expect: computed-attribute, deserialisation
    getattr(torch, give())(n)  # expect: deserialisation
    getattr(torch, dict(a="load")["a"])(n)  # expect: deserialisation
    getattr(torch, "load,zeros".split(",")[0])(n)  # expect: deserialisation
    getattr(torch, bytes([108, 111, 97, 100]).decode("ascii"))(n)  # expect: deserialisation
    getattr(torch, str(b"load", "ascii"))(n)  # expect: deserialisation
    getattr(torch, chr(108) + chr(111) + "ad")(n)  # expect: deserialisation
    getattr(torch, "xload"[1:])(n)  # expect: deserialisation
    getattr(torch, "l_o_a_d".replace("_", ""))(n)  # expect: deserialisation
    getattr(torch, max("load", "aaa"))(n)  # expect: deserialisation
    getattr(torch, "{}{}".format("lo", "ad"))(n)  # expect: deserialisation
    getattr(torch, f"{NAME}ad")(n)  # expect: deserialisation
    return [getattr(torch, name) for name in ["load", "zeros"]]  # expect: deserialisation

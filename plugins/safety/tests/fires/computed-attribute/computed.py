import functools
import operator

import torch


def computed(x, name, i):
    getattr(x, name)  # expect: computed-attribute
    getattr(x, name, None)  # expect: computed-attribute
    getattr(torch, name)  # expect: computed-attribute
    getattr(x, "__" + name)  # expect: computed-attribute
    getattr(x, name + "__")  # expect: computed-attribute
    getattr(x, f"{name}")  # expect: computed-attribute
    getattr(x, f"__{name}__")  # expect: computed-attribute
    getattr(x, "_" + name)  # expect: computed-attribute
    getattr(x, "%s" % name)  # expect: computed-attribute
    getattr(x, "".join(chr(c) for c in x))  # expect: computed-attribute
    getattr(x, f"gi_{name}")  # expect: computed-attribute
    getattr(torch, f"o{name}")  # expect: computed-attribute
    getattr(torch, f"lo{name}")  # expect: computed-attribute
    setattr(x, name, 1)  # expect: computed-attribute
    delattr(x, name)  # expect: computed-attribute
    operator.attrgetter(name)(x)  # expect: computed-attribute
    operator.methodcaller(name)(x)  # expect: computed-attribute
    getattr(*x)  # expect: computed-attribute
    getattr(x, *name)  # expect: computed-attribute
    object.__setattr__(x, name, 1)  # expect: computed-attribute
    functools.reduce(getattr, ["os", "system"], torch)  # expect: computed-attribute, leaked-module
    list(map(getattr, [torch], ["os"]))  # expect: computed-attribute
    name.format(x)  # expect: computed-attribute
    ("{0." + name + "}").format(x)  # expect: computed-attribute
    str.format(name, x)  # expect: computed-attribute
    g = getattr
    return g(x, name)  # expect: computed-attribute

import operator
from operator import attrgetter as ag


def named(x):
    getattr(x, "__globals__")  # expect: unsafe-attribute
    getattr(x, "__" + "globals" + "__")  # expect: unsafe-attribute
    getattr(x, "__glo" "bals__")  # expect: unsafe-attribute
    getattr(x, "__slabolg__"[::-1])  # expect: unsafe-attribute
    getattr(x, "".join(["__", "code", "__"]))  # expect: unsafe-attribute
    getattr(x, "%s%s" % ("__co", "de__"))  # expect: unsafe-attribute
    getattr(x, "{}{}".format("__co", "de__"))  # expect: unsafe-attribute
    getattr(x, f"__{'code'}__")  # expect: unsafe-attribute
    getattr(x, "__XXcode__".replace("XX", ""))  # expect: unsafe-attribute
    getattr(x, "__CODE__".lower())  # expect: unsafe-attribute
    getattr(x, b"__code__".decode())  # expect: unsafe-attribute
    getattr(x, bytes([95, 95, 99, 111, 100, 101, 95, 95]).decode())  # expect: unsafe-attribute
    getattr(x, chr(95) + chr(95) + "code__")  # expect: unsafe-attribute
    getattr(x, "_" * 2 + "code" + "_" * 2)  # expect: unsafe-attribute
    getattr(x, ["a", "__code__"][1])  # expect: unsafe-attribute
    getattr(x, {"k": "__code__"}["k"])  # expect: unsafe-attribute
    getattr(x, str("__code__"))  # expect: unsafe-attribute
    getattr(x, bytes.fromhex("5f5f636f64655f5f").decode())  # expect: unsafe-attribute
    getattr(x, "__code__" if x else "a")  # expect: unsafe-attribute
    getattr(x, "a__code__b"[1:9])  # expect: unsafe-attribute
    setattr(x, "__class__x"[:9], 1)  # expect: unsafe-attribute
    hasattr(x, "__globals__")  # expect: unsafe-attribute
    operator.attrgetter("a.__globals__")(x)  # expect: unsafe-attribute
    ag("__code__")(x)  # expect: unsafe-attribute
    operator.methodcaller("__subclasses__")(x)  # expect: unsafe-attribute
    name = "__co"
    name += "de__"
    getattr(x, name)  # expect: unsafe-attribute
    get = getattr
    get(x, "__code__")  # expect: unsafe-attribute
    for part in ("a", "__code__"):
        getattr(x, part)  # expect: unsafe-attribute
    getattr(*(x, "__code__"))  # expect: unsafe-attribute


KEY = "__glo"
PAIR = ("x", "bals__")


def from_constants(x):
    return getattr(x, KEY + PAIR[1])  # expect: unsafe-attribute

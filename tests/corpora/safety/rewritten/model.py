"""A program of many constructs whose result shows whether a rewrite kept its meaning."""

import collections
import math as m
from operator import add as plus, itemgetter

LIMIT = 3


def outer(value, scale=2):
    """Texts, calls, loops, branches, comprehensions and handlers."""
    total = 0
    table = {"alpha": m.sqrt, "beta": m.floor}
    for number in range(LIMIT):
        if number == 1:
            continue
        total += plus(number, scale) * m.floor(2.5)
    words = ["one", "two", m.__name__]
    pairs = [(w, len(w)) for w in words if w != "x"]
    name = "sq" + "rt"
    root = getattr(m, name)(16)
    box = Box(value)
    counter = collections.Counter("hello")
    try:
        pairs[99]
    except IndexError:
        total += 1
    shown = f"{total}-{name!r}"
    if (found := box.doubled()) > 3:
        total += found
    with box as opened:
        total += opened.size
    match words:
        case [first, *rest]:
            total += len(first) + len(rest)
    first_of = itemgetter(0)
    longest = max(words, key=len)
    return total, root, table["beta"](7.9), pairs, shown, first_of(words), counter["l"], longest, str(box)


class Box:
    """Special methods, class attributes and a lambda."""

    kind = "box"
    scaled = staticmethod(lambda size: size * 3)

    def __init__(self, size):
        self.size = size

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return False

    def doubled(self):
        return self.size * 2 if self.size else Box.scaled(1)

    def __str__(self):
        return "Box:" + self.kind


result = outer(4), outer(value=1), outer(0, scale=5)

"""Characters that hide or reorder."""

GREETING = "a​b"  # expect: invisible-character
USER = "user⁦ # admins only⁩"  # expect: invisible-character
# reviewed ‮ yb on  # expect: invisible-character
SOFT = "co­op"  # expect: invisible-character
DATA = "x‌‍‌‌‍‌"  # expect: invisible-character
TAGS = "ok󠁩󠁤"  # expect: invisible-character
JOINED = "a‍b"  # expect: invisible-character


def f(aㅤ):  # expect: invisible-character
    """Sneaky ​​​​​ text."""  # expect: invisible-character
    o︀k = 1  # expect: invisible-character
    return o︀k  # expect: invisible-character

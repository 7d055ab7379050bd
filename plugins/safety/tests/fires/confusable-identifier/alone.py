"""One letter of another alphabet beside its Latin twin."""


def scale(x, х):  # expect: confusable-identifier
    evαl = x  # expect: confusable-identifier
    return evαl + х  # expect: confusable-identifier

"""Square roots, and whatever else runs when a module of this name is imported by anybody."""


def sqrt(value):
    return value**0.5

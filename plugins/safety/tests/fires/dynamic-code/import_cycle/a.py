from b import second

first = second


def build():
    return first("1")  # expect: dynamic-code

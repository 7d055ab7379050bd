def spaces():
    a = __builtins__  # expect: unsafe-attribute
    b = __loader__  # expect: unsafe-attribute
    c = __spec__  # expect: unsafe-attribute
    d = __file__  # expect: unsafe-attribute
    return a, b, c, d

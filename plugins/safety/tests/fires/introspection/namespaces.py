def names():
    globals()["x"]  # expect: introspection
    vars()  # expect: introspection

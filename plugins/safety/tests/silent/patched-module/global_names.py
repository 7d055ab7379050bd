"""A name of the module that only a function binds is none of Python's own."""


class Net:
    def __init__(self):
        global last
        last = self
        last.width = 1

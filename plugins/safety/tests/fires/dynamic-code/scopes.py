class Fields:
    eval = None

    def method(self):
        return eval("1")  # expect: dynamic-code


class Sometimes:
    if Fields:
        exec = print

    def method(self):
        return exec("1")  # expect: dynamic-code


def deleted():
    return compile("1", "", "eval")  # expect: dynamic-code


compile = None
del compile  # expect: top-level-code


def shadow_ends():
    try:
        pass
    except ValueError as open:
        pass


def comprehension_does_not_leak():
    [eval for eval in [print]]
    return eval("1")  # expect: dynamic-code


class Body:
    exec = print
    found = [exec("1") for _ in (1,)]  # expect: dynamic-code


def parameter_elsewhere(eval):
    return eval


def not_shadowed():
    return eval("1")  # expect: dynamic-code


def maybe(x):
    if x:
        global open
        open = print


def uses_maybe():
    return open("f")  # expect: filesystem

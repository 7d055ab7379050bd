import functools
import operator

import torch

e = eval
first, second = exec, print
[third] = [eval]
fourth = fifth = eval
table = {"run": eval, "n": 1}
chosen = eval if torch else None
either = None or eval
wrapped = functools.partial(eval, "1")
listed = [print, eval]
annotated: object = exec


def use():
    e("1")  # expect: dynamic-code
    first("1")  # expect: dynamic-code
    third("1")  # expect: dynamic-code
    fourth("1")  # expect: dynamic-code
    fifth("1")  # expect: dynamic-code
    table["run"]("1")  # expect: dynamic-code
    table.get("run")("1")  # expect: dynamic-code
    chosen("1")  # expect: dynamic-code
    either("1")  # expect: dynamic-code
    listed[1]("1")  # expect: dynamic-code
    listed[-1]("1")  # expect: dynamic-code
    annotated("1")  # expect: dynamic-code
    second("fine")


def call_partial():
    return wrapped()  # expect: dynamic-code


def star():
    a, *b = 1, eval, 2
    b[0]("1")  # expect: dynamic-code


def walrus():
    (f := eval)("1")  # expect: dynamic-code
    f("2")  # expect: dynamic-code


def lambda_returning():
    return (lambda: eval)()("1")  # expect: dynamic-code


def give():
    return eval


def returned():
    give()("1")  # expect: dynamic-code


def default(f=eval):
    f("1")  # expect: dynamic-code


def keyword_default(*, f=eval):
    f("1")  # expect: dynamic-code


def looped():
    for f in (len, eval):
        f("1")  # expect: dynamic-code


def comprehended():
    return [f("1") for f in [eval]]  # expect: dynamic-code


def item():
    return operator.itemgetter(0)([eval])("1")  # expect: dynamic-code


def nested():
    f = eval

    def inner():
        def innermost():
            return f("1")  # expect: dynamic-code

        return innermost

    return inner


def outer():
    def set_it():
        nonlocal g
        g = eval

    g = len
    set_it()
    return g("1")  # expect: dynamic-code


def through_global():
    global h
    h = eval


def use_global():
    return h("1")  # expect: dynamic-code


def chained():
    a = eval
    b = a
    c = b
    return c("1")  # expect: dynamic-code


def iterated():
    return next(iter([eval]))("1")  # expect: dynamic-code


def parameter(f):
    return f("1")  # expect: dynamic-code


def argument():
    return parameter(eval)


class Holder:
    run = eval

    def __init__(self):
        self.other = exec

    def go(self):
        self.run("1")  # expect: dynamic-code
        self.other("1")  # expect: dynamic-code
        Holder.run("1")  # expect: dynamic-code


def matched():
    match eval:
        case f:
            f("1")  # expect: dynamic-code


def conditional(x):
    if x:
        f = len
    else:
        f = eval
    return f("1")  # expect: dynamic-code


def managed():
    import contextlib

    with contextlib.nullcontext(eval) as f:
        f("1")  # expect: dynamic-code


def cast():
    import typing

    typing.cast(object, eval)("1")  # expect: dynamic-code


def unpacked_dict():
    d = {**{"a": eval}}
    d["a"]("1")  # expect: dynamic-code


def set_item():
    d = dict(a=eval)
    d["a"]("1")  # expect: dynamic-code


def enumerated():
    for _, f in enumerate([eval]):
        f("1")  # expect: dynamic-code


def zipped():
    for a, f in zip([1], [eval]):
        f(a)  # expect: dynamic-code


def items():
    for _, f in {"a": eval}.items():
        f("1")  # expect: dynamic-code


async def awaited():
    async def give_later():
        return eval

    (await give_later())("1")  # expect: dynamic-code


def yielded():
    def make():
        yield eval

    for f in make():
        f("1")  # expect: dynamic-code


def augmented():
    fs = []
    fs += [eval]
    fs[0]("1")  # expect: dynamic-code

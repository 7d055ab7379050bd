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
    e("1")  # expect: forbidden-call
    first("1")  # expect: forbidden-call
    third("1")  # expect: forbidden-call
    fourth("1")  # expect: forbidden-call
    fifth("1")  # expect: forbidden-call
    table["run"]("1")  # expect: forbidden-call
    table.get("run")("1")  # expect: forbidden-call
    chosen("1")  # expect: forbidden-call
    either("1")  # expect: forbidden-call
    listed[1]("1")  # expect: forbidden-call
    listed[-1]("1")  # expect: forbidden-call
    annotated("1")  # expect: forbidden-call
    second("fine")


def call_partial():
    return wrapped()  # expect: forbidden-call


def star():
    a, *b = 1, eval, 2
    b[0]("1")  # expect: forbidden-call


def walrus():
    (f := eval)("1")  # expect: forbidden-call
    f("2")  # expect: forbidden-call


def lambda_returning():
    return (lambda: eval)()("1")  # expect: forbidden-call


def give():
    return eval


def returned():
    give()("1")  # expect: forbidden-call


def default(f=eval):
    f("1")  # expect: forbidden-call


def keyword_default(*, f=eval):
    f("1")  # expect: forbidden-call


def looped():
    for f in (len, eval):
        f("1")  # expect: forbidden-call


def comprehended():
    return [f("1") for f in [eval]]  # expect: forbidden-call


def item():
    return operator.itemgetter(0)([eval])("1")  # expect: forbidden-call


def nested():
    f = eval

    def inner():
        def innermost():
            return f("1")  # expect: forbidden-call

        return innermost

    return inner


def outer():
    def set_it():
        nonlocal g
        g = eval

    g = len
    set_it()
    return g("1")  # expect: forbidden-call


def through_global():
    global h
    h = eval


def use_global():
    return h("1")  # expect: forbidden-call


def chained():
    a = eval
    b = a
    c = b
    return c("1")  # expect: forbidden-call


def iterated():
    return next(iter([eval]))("1")  # expect: forbidden-call


def parameter(f):
    return f("1")  # expect: forbidden-call


def argument():
    return parameter(eval)


class Holder:
    run = eval

    def __init__(self):
        self.other = exec

    def go(self):
        self.run("1")  # expect: forbidden-call
        self.other("1")  # expect: forbidden-call
        Holder.run("1")  # expect: forbidden-call


def matched():
    match eval:
        case f:
            f("1")  # expect: forbidden-call


def conditional(x):
    if x:
        f = len
    else:
        f = eval
    return f("1")  # expect: forbidden-call


def managed():
    import contextlib

    with contextlib.nullcontext(eval) as f:
        f("1")  # expect: forbidden-call


def cast():
    import typing

    typing.cast(object, eval)("1")  # expect: forbidden-call


def unpacked_dict():
    d = {**{"a": eval}}
    d["a"]("1")  # expect: forbidden-call


def set_item():
    d = dict(a=eval)
    d["a"]("1")  # expect: forbidden-call


def enumerated():
    for _, f in enumerate([eval]):
        f("1")  # expect: forbidden-call


def zipped():
    for a, f in zip([1], [eval]):
        f(a)  # expect: forbidden-call


def items():
    for _, f in {"a": eval}.items():
        f("1")  # expect: forbidden-call


async def awaited():
    async def give_later():
        return eval

    (await give_later())("1")  # expect: forbidden-call


def yielded():
    def make():
        yield eval

    for f in make():
        f("1")  # expect: forbidden-call


def augmented():
    fs = []
    fs += [eval]
    fs[0]("1")  # expect: forbidden-call

import torch
import functools


def walk(x, f, gen, coro, tb):
    x.__class__.__mro__  # expect: unsafe-attribute
    x.__class__.__bases__[0]  # expect: unsafe-attribute
    x.__class__.__base__  # expect: unsafe-attribute
    ().__class__.__base__.__subclasses__()  # expect: unsafe-attribute
    f.__globals__["os"]  # expect: unsafe-attribute
    f.__code__  # expect: unsafe-attribute
    f.__closure__  # expect: unsafe-attribute
    f.__builtins__  # expect: unsafe-attribute
    len.__self__  # expect: unsafe-attribute
    x.__init__.__globals__  # expect: unsafe-attribute
    x.__dict__  # expect: unsafe-attribute
    torch.__dict__["os"]  # expect: unsafe-attribute
    torch.__loader__  # expect: unsafe-attribute
    torch.__spec__.loader  # expect: unsafe-attribute
    torch.__file__  # expect: unsafe-attribute
    gen.gi_frame.f_back  # expect: unsafe-attribute
    coro.cr_frame  # expect: unsafe-attribute
    tb.tb_frame.f_globals  # expect: unsafe-attribute
    x.f_locals  # expect: unsafe-attribute
    x.__reduce_ex__(2)  # expect: unsafe-attribute
    x.__getattribute__("a")  # expect: unsafe-attribute
    object.__getattribute__(x, "__globals__")  # expect: unsafe-attribute
    type(x).mro()  # expect: unsafe-attribute
    functools.wraps.__wrapped__  # expect: unsafe-attribute
    f"{x.__globals__}"  # expect: unsafe-attribute
    x.__ｇlobals__  # expect: unsafe-attribute, confusable-identifier
    x.__class__ = torch.nn.Linear  # expect: unsafe-attribute
    del x.__class__  # expect: unsafe-attribute

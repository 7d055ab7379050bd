import torch


class Model(torch.nn.Module):
    def __reduce__(self):  # expect: unsafe-method
        return (print, ())

    def __del__(self):  # expect: unsafe-method
        pass

    def __getattribute__(self, name):  # expect: unsafe-method
        return name

    def __init_subclass__(cls):  # expect: unsafe-method
        pass

    def __class_getitem__(cls, key):  # expect: unsafe-method
        return key

    def __set_name__(self, owner, name):  # expect: unsafe-method
        pass

    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):  # expect: unsafe-method
        return 0

    def __reduce_ex__(self, protocol):  # expect: unsafe-method
        return (print, ())


def plain(self):
    return (print, ())


class Assigned:
    __reduce__ = plain  # expect: unsafe-method
    if True:
        __instancecheck__ = plain  # expect: unsafe-method
    for __prepare__ in (plain,):  # expect: unsafe-method, top-level-code
        pass


def local():
    class Inner:
        def __del__(self):  # expect: unsafe-method
            pass

    return Inner

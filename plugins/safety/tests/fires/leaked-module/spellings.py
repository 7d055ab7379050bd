from functools import partial
from operator import attrgetter

import torch
import torch as t
from torch import os as helper  # expect: leaked-module
from torch.nn.modules.module import weakref  # expect: leaked-module

base = torch.utils
alias = base.data


class Holder:
    lib = torch

    def __init__(self):
        self.t = t

    def go(self):
        return self.t.os, self.lib.sys  # expect: leaked-module

    @property
    def tools(self):
        return torch

    def again(self):
        return self.tools.subprocess  # expect: leaked-module


def through_getattr():
    return getattr(torch, "os").system("id")  # expect: leaked-module


def through_folding():
    return getattr(t, "o" + "s")  # expect: leaked-module


def through_alias():
    return alias.sys  # expect: leaked-module


def through_container():
    modules = {"a": [torch, 1]}
    return modules["a"][0].os  # expect: leaked-module


def through_attrgetter():
    return attrgetter("os.path")(torch)  # expect: leaked-module


def through_partial():
    return partial(getattr, torch)("sys")  # expect: leaked-module


def through_loop():
    for module in [torch, t]:
        module.os  # expect: leaked-module


def through_walrus(x):
    if (m := torch) and x:
        return m.os  # expect: leaked-module


def through_default(m=torch):
    return m.os  # expect: leaked-module


def through_lambda():
    return (lambda: torch)().os  # expect: leaked-module


def give():
    return torch


def through_call():
    return give().sys  # expect: leaked-module


def through_unpacking():
    a, (b, *rest) = 1, (torch, 2, 3)
    return b.os  # expect: leaked-module


def through_condition(x):
    return (torch if x else None).os  # expect: leaked-module


def through_or(x):
    return (x or torch).os  # expect: leaked-module


def through_match():
    match torch:
        case object(os=found):  # expect: leaked-module
            return found


def through_argument(module):
    return module.sys  # expect: leaked-module


through_argument_called = [lambda: through_argument(torch)]


def through_comprehension():
    return [m.os for m in (torch,)]  # expect: leaked-module


def through_global():
    global kept
    kept = torch
    return kept


def uses_global():
    return kept.os  # expect: leaked-module


def through_stored_item():
    d = {}
    d["x"] = torch
    return d["x"].os  # expect: leaked-module


def through_appended():
    rows = []
    rows.append(torch)
    return rows[0].os  # expect: leaked-module


def through_copy():
    import copy

    return copy.copy(torch).os  # expect: leaked-module


def unknown_object(anything):
    return anything.builtins  # expect: leaked-module

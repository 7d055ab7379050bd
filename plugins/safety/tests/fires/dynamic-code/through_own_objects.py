"""A module handed through the project's own classes, containers and calls is still that module."""

import functools
from dataclasses import dataclass

import torch


class Item:
    def __getitem__(self, index):
        return torch


class Missing:
    def __getattr__(self, name):
        return torch


class Iterated:
    def __iter__(self):
        yield torch


class Added:
    def __add__(self, other):
        return torch


class Entered:
    def __enter__(self):
        return torch

    def __exit__(self, *error):
        return None


class Called:
    def __call__(self):
        return torch


class Holder:
    kept = torch

    @property
    def tools(self):
        return torch

    @classmethod
    def give(cls):
        return torch

    @staticmethod
    def give_too():
        return torch


class Child(Holder):
    def use(self):
        return super().kept.load("w")  # expect: deserialisation


@dataclass
class Record:
    library: object
    other: object = None


def objects():
    Item()[0].load("w")  # expect: deserialisation
    Missing().anything.load("w")  # expect: deserialisation
    (Added() + 1).load("w")  # expect: deserialisation
    Called()().load("w")  # expect: deserialisation
    Holder().tools.load("w")  # expect: deserialisation
    Holder.give().load("w")  # expect: deserialisation
    Holder.give_too().load("w")  # expect: deserialisation
    Record(torch).library.load("w")  # expect: deserialisation
    Record(1, other=torch).other.load("w")  # expect: deserialisation
    for found in Iterated():
        found.load("w")  # expect: deserialisation
    with Entered() as entered:
        entered.load("w")  # expect: deserialisation


def positional(*rest):
    return rest[0].load("w")  # expect: deserialisation


def named(**rest):
    return rest["m"].load("w")  # expect: deserialisation


def outer(module):
    def inner():
        return module.load("w")  # expect: deserialisation

    return inner


def hand_over():
    return positional(torch), named(m=torch), outer(torch)()


def set_by_name(holder):
    setattr(holder, "placed", torch)
    return holder.placed.load("w")  # expect: deserialisation


def caught():
    try:
        raise ValueError(torch)
    except ValueError as error:
        return error.args[0].load("w")  # expect: deserialisation


def updated():
    table = {}
    table.update(m=torch)
    table["m"].load("w")  # expect: deserialisation
    for key in {torch: 1}:
        key.load("w")  # expect: deserialisation
    {torch: 1}.popitem()[0].load("w")  # expect: deserialisation
    (torch, 1).__getitem__(0).load("w")  # expect: deserialisation
    functools.reduce(lambda a, b: b, [1, torch]).load("w")  # expect: deserialisation
    sorted([torch])[0].load("w")  # expect: deserialisation
    [[torch]][0][0].load("w")  # expect: deserialisation
    (lambda *a: a)(torch)[0].load("w")  # expect: deserialisation
    dict(zip("a", [torch]))["a"].load("w")  # expect: deserialisation
    torch.load.__call__("w")  # expect: deserialisation
    torch.nn.modules.module.torch.load("w")  # expect: deserialisation

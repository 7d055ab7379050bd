import torch


def taken():
    match torch:
        case object(load=f):  # expect: deserialisation
            return f("w.pt")  # expect: deserialisation

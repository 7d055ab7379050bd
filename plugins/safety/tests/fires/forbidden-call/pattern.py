import torch


def taken():
    match torch:
        case object(load=f):  # expect: forbidden-call
            return f("w.pt")  # expect: forbidden-call

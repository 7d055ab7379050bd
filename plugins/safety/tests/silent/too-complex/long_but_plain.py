"""Long sums, tables and chains of honest code are no reason to give up."""

import torch

TOTAL = (
    1 + 2 + 3 + 4 + 5 + 6 + 7 + 8 + 9 + 10 + 11 + 12 + 13 + 14 + 15 + 16 + 17 + 18 + 19 + 20 + 21 + 22 + 23 + 24 + 25 + 26
    + 27 + 28 + 29 + 30 + 31 + 32 + 33 + 34 + 35 + 36 + 37 + 38 + 39 + 40 + 41 + 42 + 43 + 44 + 45 + 46 + 47 + 48 + 49 + 50
    + 51 + 52 + 53 + 54 + 55 + 56 + 57 + 58 + 59 + 60 + 61 + 62 + 63 + 64 + 65 + 66 + 67 + 68 + 69 + 70 + 71 + 72 + 73 + 74
    + 75 + 76 + 77 + 78 + 79 + 80 + 81 + 82 + 83 + 84 + 85 + 86 + 87 + 88 + 89 + 90 + 91 + 92 + 93 + 94 + 95 + 96 + 97 + 98
)


def late():
    return early()


def early():
    return "a" + "b" + "c" + str(TOTAL)


def loop(x, y, z):
    for i in range(10):
        x, y, z = y + z, z + x, x + y
        x = x + y * z
        y = (y, x)[0] + z
        z = {"x": x, "y": y}["x"]
    while x is not None:
        x = torch.relu(x) if y is not None else x
        y = x or y
    return x, y, z


def chain(x):
    return x.view(-1).float().mul(2).add(1).sqrt().exp().log().sin().cos().tan().abs().neg().sum().mean().item()

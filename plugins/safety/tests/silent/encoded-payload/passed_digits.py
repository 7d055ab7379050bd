"""Digits that a caller passes in, decoded."""


def number_of(digits):
    return int.from_bytes(bytes.fromhex(digits), "little")


def digits_of(number):
    return number.to_bytes(4, "big").hex()
